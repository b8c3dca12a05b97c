UPDATE users_g{g}
SET profile = ?2, preferences = ?3, active_team_id = ?4, updated_at = ?5, updated_by = ?6, version = ?7, position = ?8,
    name = ?9, name_key = ?10, state = ?11, sub_state = ?12, email = ?13, email_key = ?14, email_verified = ?15,
    email_verified_at = ?16, activated_at = ?17, activated_by = ?18, deactivated_at = ?19, deactivated_by = ?20,
    deactivation_reason = ?21, suspended_until = ?22
WHERE pk = ?1 AND version < ?7
