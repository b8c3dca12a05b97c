INSERT INTO security_events_g{g} (key, at, event_id, type, severity, user_id, actor, client, client_subject, correlation_id, detail)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT DO NOTHING
