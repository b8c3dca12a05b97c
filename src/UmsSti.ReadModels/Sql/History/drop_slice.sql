DELETE FROM user_state_history_g{g}
WHERE user_id <= (SELECT max(user_id) FROM (SELECT user_id FROM user_state_history_g{g} ORDER BY user_id LIMIT ?1))
