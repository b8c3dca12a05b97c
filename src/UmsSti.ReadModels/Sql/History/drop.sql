DROP TABLE IF EXISTS user_state_history_g{g};
