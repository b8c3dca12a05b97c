SELECT coalesce(sum(joined - gone), 0) FROM team_activity_metrics WHERE team_id = ?1 AND day < ?2
