UPDATE members_g{g}
SET team_id = ?2, user_id = ?3, role = ?4, previous_role = ?5, state = ?6, joined_at = ?7, left_at = ?8, added_by = ?9, invited_by = ?10,
    requested_at = ?11, expires_at = ?12, removed_by = ?13, removal_reason = ?14, role_changed_at = ?15, role_changed_by = ?16,
    updated_at = ?17, updated_by = ?18, version = ?19, position = ?20
WHERE pk = ?1 AND version < ?19
