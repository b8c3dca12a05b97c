SELECT user_id, team_id, '' FROM (
    SELECT user_id, team_id FROM grants WHERE expires_at <= ?1 AND state IN ('active', 'suspended')
    UNION
    SELECT user_id, team_id FROM role_assignments WHERE expires_at <= ?1 AND state IN ('pending', 'active', 'inactive', 'suspended'))
WHERE (user_id, team_id) > (?2, ?3) ORDER BY user_id, team_id LIMIT ?5
