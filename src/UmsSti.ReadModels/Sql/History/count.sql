SELECT count(*) FROM user_state_history WHERE user_id = ?1
