INSERT INTO daily_metrics_g{g} (metric, day, count, sum, low, high) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (metric, day) DO UPDATE SET
    count = count + excluded.count, sum = sum + excluded.sum, low = min(low, excluded.low), high = max(high, excluded.high)
