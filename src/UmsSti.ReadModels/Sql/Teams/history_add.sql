INSERT INTO team_state_history_g{g} (team_id, at, position, event, from_state, to_state, actor, reason)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING
