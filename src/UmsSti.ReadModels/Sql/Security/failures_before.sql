-- No more are counted than the highest threshold asks for.
SELECT count(*) FROM (
    SELECT 1 FROM sign_in_failures_g{g} WHERE account = ?1 AND at > ?2 AND at <= ?3 AND position < ?4 LIMIT ?5)
