SELECT pk, id, type, state, sub_state, email, email_key, email_verified, email_verified_at, name, profile, preferences,
    active_team_id, created_at, created_by, updated_at, updated_by, last_login_at, activated_at, activated_by,
    deactivated_at, deactivated_by, deactivation_reason, suspended_until, version, position
FROM users WHERE email_key = ?1
