SELECT day, count, sum, low, high FROM daily_metrics WHERE metric = ?1 AND day >= ?2 AND day <= ?3 ORDER BY day
