SELECT user_id FROM role_assignments WHERE role_id = ?1 AND state = 'active' ORDER BY team_id, user_id LIMIT ?2
