SELECT id, type, state, email, name, created_at, updated_at, version FROM users WHERE id = $id;
