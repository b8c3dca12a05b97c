SELECT position, version, at, event_id, type, from_sub_state, from_state, to_sub_state, to_state, actor, reason, command_id, correlation_id
FROM user_state_history WHERE user_id = ?1 AND position > ?2 ORDER BY position LIMIT ?3
