INSERT INTO audit_g{g} (
    key, at, event_id, type, action, outcome, actor, on_behalf_of, subject, resource_type, resource_id,
    reason, sealed_by, client, client_subject, command_id, correlation_id, causation_id, detail)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)
ON CONFLICT DO NOTHING
