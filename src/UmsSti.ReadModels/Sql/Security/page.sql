SELECT key, at, event_id, type, severity, user_id, actor, client, client_subject, correlation_id, detail
FROM security_events
WHERE {filter} AND (at, key) > (?1, ?2) AND (at, key) < (?3, ?4)
ORDER BY at {order}, key {order} LIMIT ?5
