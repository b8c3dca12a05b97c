DROP VIEW IF EXISTS user_state_history;
CREATE VIEW user_state_history AS SELECT * FROM user_state_history_g{g};
