SELECT session_id, user_id, created_at, expires_at FROM session_tokens WHERE token_hash = ?1 AND expires_at > ?2;
