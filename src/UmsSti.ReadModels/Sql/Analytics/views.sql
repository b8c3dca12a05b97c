DROP VIEW IF EXISTS daily_metrics;
DROP VIEW IF EXISTS daily_active_users;
CREATE VIEW daily_metrics AS SELECT * FROM daily_metrics_g{g};
CREATE VIEW daily_active_users AS SELECT * FROM daily_active_users_g{g};
