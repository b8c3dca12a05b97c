-- {g} is the number of the generation.
CREATE TABLE users_g{g} (
    pk                  INTEGER PRIMARY KEY,      -- log position of the registration
    id                  TEXT    NOT NULL UNIQUE,
    type                TEXT    NOT NULL,
    state               TEXT    NOT NULL,
    sub_state           TEXT    NOT NULL,
    email               TEXT,                     -- NULL: erased
    email_key           TEXT,                     -- normalised, unique
    email_verified      INTEGER NOT NULL,
    email_verified_at   INTEGER,                  -- times are Unix milliseconds, UTC
    name                TEXT,                     -- NULL: erased
    name_key            TEXT    NOT NULL,         -- lower case; empty when erased
    profile             TEXT    NOT NULL,         -- JSON object of texts
    preferences         TEXT    NOT NULL,         -- JSON object of texts
    active_team_id      TEXT,
    created_at          INTEGER NOT NULL,
    created_by          TEXT    NOT NULL,
    updated_at          INTEGER NOT NULL,
    updated_by          TEXT    NOT NULL,
    last_login_at       INTEGER NOT NULL,         -- 0: never
    activated_at        INTEGER,
    activated_by        TEXT,
    deactivated_at      INTEGER,
    deactivated_by      TEXT,
    deactivation_reason TEXT,
    suspended_until     INTEGER,
    version             INTEGER NOT NULL,         -- events of the stream that are in the row: the source version
    position            INTEGER NOT NULL          -- log position of the last of them
);

-- From the beginning, also while rows are built: it tells whose address is somebody else's.
CREATE UNIQUE INDEX users_g{g}_email ON users_g{g} (email_key);

-- Newest sign-in of everybody who ever signed in; a user's row takes it over when it is written first.
CREATE TABLE user_logins_g{g} (
    user_id       TEXT    PRIMARY KEY,
    last_login_at INTEGER NOT NULL
) WITHOUT ROWID;

-- How many users there are of each type and state: exact totals without counting rows.
CREATE TABLE user_counts_g{g} (
    type  TEXT    NOT NULL,
    state TEXT    NOT NULL,
    n     INTEGER NOT NULL,
    PRIMARY KEY (type, state)
) WITHOUT ROWID;

-- Rows whose text has changed since the full-text index last took it in, with the text that is still in the index.
CREATE TABLE user_search_backlog_g{g} (
    pk            INTEGER PRIMARY KEY,
    indexed_name  TEXT,
    indexed_email TEXT,
    is_indexed    INTEGER NOT NULL
);

CREATE VIRTUAL TABLE user_search_g{g} USING fts5 (
    name, email,
    content = 'users_g{g}', content_rowid = 'pk', columnsize = 0,
    tokenize = 'unicode61 remove_diacritics 2'
);
