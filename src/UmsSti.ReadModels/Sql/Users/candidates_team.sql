SELECT u.pk, u.type, u.state, u.{key} FROM user_teams t CROSS JOIN users u ON u.id = t.user_id
WHERE t.team_id = ?2 LIMIT ?3
