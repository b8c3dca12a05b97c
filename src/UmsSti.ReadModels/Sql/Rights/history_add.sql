INSERT INTO rights_history_g{g} (user_id, at, position, ordinal, kind, team_id, subject, action, old_role, new_role, old_state, new_state,
    actor, reason)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) ON CONFLICT DO NOTHING
