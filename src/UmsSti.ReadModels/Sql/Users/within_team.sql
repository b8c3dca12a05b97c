+u.pk IN (SELECT m.pk FROM members t CROSS JOIN users m ON m.id = t.user_id WHERE t.team_id = ?7 AND t.state = 'active')
