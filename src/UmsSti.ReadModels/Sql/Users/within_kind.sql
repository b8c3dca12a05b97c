u.type = ?4 AND u.state = ?5
