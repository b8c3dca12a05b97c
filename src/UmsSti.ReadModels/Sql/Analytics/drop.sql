DROP TABLE IF EXISTS daily_metrics_g{g};
DROP TABLE IF EXISTS daily_active_users_g{g};
DROP TABLE IF EXISTS analytics_users_g{g};
DROP TABLE IF EXISTS team_activity_metrics_g{g};
DROP TABLE IF EXISTS daily_team_actors_g{g};
DROP TABLE IF EXISTS analytics_invitations_g{g};
