SELECT u.pk, u.type, u.state, u.{key} FROM members t CROSS JOIN users u ON u.id = t.user_id
WHERE t.team_id = ?2 AND t.state = 'active' LIMIT ?3
