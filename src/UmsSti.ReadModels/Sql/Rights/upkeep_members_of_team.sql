SELECT 'membership', m.user_id, m.team_id, '', m.state, coalesce((SELECT p.state = 'purged' FROM principals p WHERE p.id = m.user_id), 0) FROM team_states t CROSS JOIN members m ON m.team_id = t.id
    AND m.state IN ('active', 'invited', 'requested')
WHERE t.id = ?1 AND t.state IN ('archived', 'purged') AND (m.user_id, m.team_id) > (?2, ?3) ORDER BY m.user_id LIMIT ?5
