SELECT day, joined, gone, active, actions FROM team_activity_metrics WHERE team_id = ?1 AND day >= ?2 AND day <= ?3 ORDER BY day
