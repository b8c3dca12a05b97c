UPDATE teams_g{g}
SET id = ?2, slug = ?3, name = ?4, type = ?5, state = ?6, parent_id = ?7, name_key = ?8, slug_key = ?9, organization_id = ?10,
    is_placed = ?11, is_in_maintenance = ?12, is_membership_closed = ?13, settings = ?14, details = ?15, executives = ?16,
    created_at = ?17, created_by = ?18, updated_at = ?19, updated_by = ?20, archived_at = ?21, archived_by = ?22,
    archive_reason = ?23, version = ?24, position = ?25
WHERE pk = ?1 AND version < ?24
