SELECT 'without-membership', 'permission', g.user_id, g.team_id, g.permission, g.position FROM grants g
WHERE g.team_id > '' AND g.is_working AND (g.expires_at IS NULL OR g.expires_at > ?1) AND NOT EXISTS (
    SELECT 1 FROM members m WHERE m.team_id = g.team_id AND m.user_id = g.user_id AND m.state = 'active')
UNION ALL
SELECT 'without-membership', 'role', a.user_id, a.team_id, a.role_id, a.position FROM role_assignments a
WHERE a.team_id > '' AND a.is_working AND (a.expires_at IS NULL OR a.expires_at > ?1) AND NOT EXISTS (
    SELECT 1 FROM members m WHERE m.team_id = a.team_id AND m.user_id = a.user_id AND m.state = 'active')
UNION ALL
SELECT 'role-of-another-scope', 'role', a.user_id, a.team_id, a.role_id, a.position
FROM roles r CROSS JOIN role_assignments a ON a.role_id = r.id AND a.team_id <> r.team_id
WHERE r.team_id > '' AND a.is_working AND (a.expires_at IS NULL OR a.expires_at > ?1)
UNION ALL
SELECT 'team-permission-outside-teams', 'permission', g.user_id, g.team_id, g.permission, g.position
FROM json_each(?2) p CROSS JOIN grants g ON g.permission = p.value
WHERE g.team_id = '' AND g.is_working AND (g.expires_at IS NULL OR g.expires_at > ?1)
LIMIT ?3
