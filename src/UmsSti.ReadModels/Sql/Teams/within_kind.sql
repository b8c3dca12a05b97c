t.type = ?4 AND t.state = ?5
