INSERT INTO members_g{g} (pk, team_id, user_id, role, previous_role, state, joined_at, left_at, added_by, invited_by, requested_at,
    expires_at, removed_by, removal_reason, role_changed_at, role_changed_by, updated_at, updated_by, version, position)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)
