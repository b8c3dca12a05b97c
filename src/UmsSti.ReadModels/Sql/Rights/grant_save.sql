INSERT INTO grants_g{g} (user_id, team_id, permission, level, state, is_working, expires_at, given_by, given_at, reason, revoked_by, revoked_at, revocation_reason, position, is_dropped)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
ON CONFLICT (user_id, team_id, permission) DO UPDATE SET
    level = excluded.level, state = excluded.state, is_working = excluded.is_working, expires_at = excluded.expires_at,
    given_by = excluded.given_by, given_at = excluded.given_at, reason = excluded.reason, revoked_by = excluded.revoked_by,
    revoked_at = excluded.revoked_at, revocation_reason = excluded.revocation_reason, position = excluded.position,
    is_dropped = excluded.is_dropped
