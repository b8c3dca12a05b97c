INSERT INTO teams_g{g} (pk, id, slug, name, type, state, parent_id, name_key, slug_key, organization_id, is_placed, is_in_maintenance,
    is_membership_closed, settings, details, executives, created_at, created_by, updated_at, updated_by,
    archived_at, archived_by, archive_reason, version, position)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25)
