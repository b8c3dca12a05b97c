SELECT
    key, at, event_id, type, action, outcome, actor, on_behalf_of, subject, resource_type, resource_id,
    reason, sealed_by, client, client_subject, command_id, correlation_id, causation_id, detail
FROM audit
WHERE {filter} AND (at, key) > (?1, ?2) AND (at, key) < (?3, ?4)
ORDER BY at {order}, key {order} LIMIT ?5
