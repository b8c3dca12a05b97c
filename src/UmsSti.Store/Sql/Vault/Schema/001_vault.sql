-- What must be destroyable. Nothing here is derived; everything secret is wrapped by the master key or is a one-way hash.

CREATE TABLE secrets (
    name  TEXT PRIMARY KEY,            -- 'check' (proves the master key), 'pepper' (of the blind index)
    value BLOB NOT NULL                -- wrapped
) STRICT, WITHOUT ROWID;

-- A destroyed key leaves its row without the key, so that a forgotten person is never given a new one.
CREATE TABLE subject_keys (
    subject      TEXT PRIMARY KEY,
    key_id       INTEGER NOT NULL UNIQUE,
    wrapped      BLOB,
    created_at   INTEGER NOT NULL,     -- milliseconds since 1970-01-01 UTC, as all times here
    destroyed_at INTEGER
) STRICT, WITHOUT ROWID;

-- The newest row of a user is the password in force, the others are its history.
CREATE TABLE passwords (
    id      INTEGER PRIMARY KEY,
    user_id TEXT    NOT NULL,
    phc     TEXT    NOT NULL,
    set_at  INTEGER NOT NULL
) STRICT;

CREATE INDEX passwords_by_user ON passwords (user_id, id);

CREATE TABLE session_tokens (
    token_hash BLOB PRIMARY KEY,       -- SHA-256 of the token
    session_id TEXT    NOT NULL UNIQUE,
    user_id    TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX session_tokens_by_user ON session_tokens (user_id);
CREATE INDEX session_tokens_by_expiry ON session_tokens (expires_at);

CREATE TABLE verification_tokens (
    token_hash BLOB PRIMARY KEY,       -- SHA-256 of the token
    user_id    TEXT    NOT NULL,
    purpose    TEXT    NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX verification_tokens_by_user ON verification_tokens (user_id);
CREATE INDEX verification_tokens_by_expiry ON verification_tokens (expires_at);
