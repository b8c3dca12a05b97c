SELECT user_id, team_id, role_id, state, is_working, is_dropped, expires_at, given_by, given_at, reason, revoked_by, revoked_at, revocation_reason, position
FROM role_assignments_g{g} WHERE user_id = ?1 AND team_id = ?2
