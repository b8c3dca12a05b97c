DELETE FROM security_events_g{g}
WHERE key <= (SELECT max(key) FROM (SELECT key FROM security_events_g{g} ORDER BY key LIMIT ?1))
