INSERT INTO user_state_history_g{g} (
    user_id, position, version, at, event_id, type, user_type, from_sub_state, from_state, to_sub_state, to_state,
    registered_at, activated_at, actor, reason, command_id, correlation_id)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17) ON CONFLICT DO NOTHING
