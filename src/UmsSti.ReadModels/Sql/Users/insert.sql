INSERT INTO users_g{g} (pk, id, type, state, sub_state, email, email_key, email_verified, email_verified_at, name, name_key,
    profile, preferences, active_team_id, created_at, created_by, updated_at, updated_by, last_login_at,
    activated_at, activated_by, deactivated_at, deactivated_by, deactivation_reason, suspended_until, version, position)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
    coalesce((SELECT last_login_at FROM user_logins_g{g} WHERE user_id = ?2), 0),
    ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26)
