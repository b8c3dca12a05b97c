-- The last column: the person is gone, so that the membership ends for good.
SELECT 'membership', user_id, team_id, '', state, coalesce((SELECT p.state = 'purged' FROM principals p WHERE p.id = user_id), 0) FROM (
    SELECT m.user_id, m.team_id, m.state FROM principals p CROSS JOIN members m ON m.user_id = p.id
        AND (m.state IN ('active', 'invited', 'requested') OR (p.state = 'purged' AND m.state IN ('inactive', 'suspended'))) WHERE p.state IN ('archived', 'purged')
    UNION
    SELECT m.user_id, m.team_id, m.state FROM team_states t CROSS JOIN members m ON m.team_id = t.id AND m.state IN ('active', 'invited', 'requested') WHERE t.state IN ('archived', 'purged'))
WHERE (user_id, team_id) > (?2, ?3) ORDER BY user_id, team_id LIMIT ?5
