SELECT user_id, team_id, permission, level, state, is_working, expires_at, given_by, given_at, reason, revoked_by, revoked_at, revocation_reason, position, is_dropped
FROM grants_g{g} WHERE user_id = ?1 AND team_id = ?2
