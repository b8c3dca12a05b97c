SELECT user_id, team_id, permission, expires_at FROM grants WHERE is_working ORDER BY user_id, team_id
