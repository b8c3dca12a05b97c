-- Outside teams nothing moves any more for a person who is archived or gone.
SELECT 'expired', user_id, team_id, '', '', 0 FROM (
    SELECT user_id, team_id FROM grants WHERE expires_at <= ?1 AND state IN ('active', 'suspended')
    UNION
    SELECT user_id, team_id FROM role_assignments WHERE expires_at <= ?1 AND state IN ('pending', 'active', 'inactive', 'suspended')) AS due
WHERE (user_id, team_id) > (?2, ?3)
    AND (team_id > '' OR NOT EXISTS (SELECT 1 FROM principals p WHERE p.id = due.user_id AND p.state IN ('archived', 'purged')))
ORDER BY user_id, team_id LIMIT ?5
