SELECT token_hash, user_id, created_at, expires_at FROM session_tokens WHERE session_id = ?1 AND expires_at > ?2;
