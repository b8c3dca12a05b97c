SELECT user_id
FROM verification_tokens
WHERE token_hash = ?1 AND purpose = ?2 AND expires_at > ?3;
