SELECT key, at, event_id, type, severity, user_id, actor, client, client_subject, correlation_id, detail,
    resolved_at, resolved_by, resolution_id, recorded_at, note
FROM security_events LEFT JOIN security_resolutions ON event_key = key
WHERE key = ?1
