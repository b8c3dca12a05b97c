SELECT count(*) FROM (
    SELECT 1 FROM security_events WHERE {filter} AND (at, key) > (?1, ?2) AND (at, key) < (?3, ?4) LIMIT ?5)
