INSERT INTO team_activity_metrics_g{g} (team_id, day, joined, gone, active, actions) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (team_id, day) DO UPDATE SET
    joined = joined + excluded.joined, gone = gone + excluded.gone, active = active + excluded.active, actions = actions + excluded.actions
