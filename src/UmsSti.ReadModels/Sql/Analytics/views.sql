DROP VIEW IF EXISTS daily_metrics;
DROP VIEW IF EXISTS daily_active_users;
DROP VIEW IF EXISTS team_activity_metrics;
CREATE VIEW team_activity_metrics AS SELECT * FROM team_activity_metrics_g{g};
CREATE VIEW daily_metrics AS SELECT * FROM daily_metrics_g{g};
CREATE VIEW daily_active_users AS SELECT * FROM daily_active_users_g{g};
