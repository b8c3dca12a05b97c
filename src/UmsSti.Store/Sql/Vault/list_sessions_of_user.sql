SELECT token_hash, session_id, created_at, expires_at
FROM session_tokens
WHERE user_id = ?1 AND expires_at > ?2
ORDER BY created_at, session_id;
