SELECT u.pk, u.type, u.state, u.{key} FROM members t CROSS JOIN users u ON u.id = t.user_id
WHERE t.team_id = ?2 AND t.state = 'active' AND u.pk IN (SELECT pk FROM user_search WHERE terms MATCH ?1) LIMIT ?3
