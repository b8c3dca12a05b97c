SELECT t.pk, t.id, t.slug, t.name, t.type, t.state, t.parent_id, t.organization_id, t.is_placed, t.slug_key IS NOT NULL, t.is_in_maintenance,
    t.is_membership_closed, t.settings, t.details, t.executives, t.created_at, t.created_by, t.updated_at, t.updated_by,
    t.archived_at, t.archived_by, t.archive_reason, t.version, t.position
FROM teams_g{g} t WHERE t.id = ?1
