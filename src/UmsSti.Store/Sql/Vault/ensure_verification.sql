INSERT INTO verification_tokens (token_hash, user_id, purpose, expires_at) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (token_hash) DO NOTHING;
