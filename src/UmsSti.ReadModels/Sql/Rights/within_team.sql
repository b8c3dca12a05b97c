m.team_id = ?4
