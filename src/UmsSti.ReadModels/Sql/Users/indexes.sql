CREATE INDEX IF NOT EXISTS users_g{g}_created ON users_g{g} (created_at);
CREATE INDEX IF NOT EXISTS users_g{g}_name ON users_g{g} (name_key);
CREATE INDEX IF NOT EXISTS users_g{g}_login ON users_g{g} (last_login_at);
CREATE INDEX IF NOT EXISTS users_g{g}_kind_created ON users_g{g} (type, state, created_at);
CREATE INDEX IF NOT EXISTS users_g{g}_kind_name ON users_g{g} (type, state, name_key);
CREATE INDEX IF NOT EXISTS users_g{g}_kind_login ON users_g{g} (type, state, last_login_at);
