SELECT user_id, team_id, role_id, expires_at, is_dropped FROM role_assignments WHERE is_working ORDER BY user_id, team_id
