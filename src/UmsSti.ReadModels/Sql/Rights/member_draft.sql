SELECT pk, team_id, user_id, role, previous_role, state, joined_at, left_at, added_by, invited_by, requested_at, expires_at, removed_by,
    removal_reason, role_changed_at, role_changed_by, updated_at, updated_by, version, position
FROM members_g{g} WHERE team_id = ?1 AND user_id = ?2
