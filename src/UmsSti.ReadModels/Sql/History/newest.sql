SELECT user_type, to_sub_state, registered_at, activated_at FROM user_state_history_g{g}
WHERE user_id = ?1 AND position < ?2 ORDER BY position DESC LIMIT 1
