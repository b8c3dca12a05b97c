m.team_id = ?4 AND m.state = ?5 AND m.role = ?6
