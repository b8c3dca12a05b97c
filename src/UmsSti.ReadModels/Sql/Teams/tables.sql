-- {g} is the number of the generation. What a tree shows comes first: a row is read only as far as it is needed.
CREATE TABLE teams_g{g} (
    pk                   INTEGER PRIMARY KEY,      -- log position of the creation
    id                   TEXT    NOT NULL UNIQUE,
    slug                 TEXT    NOT NULL,
    name                 TEXT    NOT NULL,
    type                 TEXT    NOT NULL,
    state                TEXT    NOT NULL,
    parent_id            TEXT,                     -- NULL: a root, or no longer in the tree
    name_key             TEXT    NOT NULL,         -- lower case
    slug_key             TEXT,                     -- the slug while the team holds it; unique
    organization_id      TEXT    NOT NULL,
    is_placed            INTEGER NOT NULL,         -- whether it stands in the tree
    is_in_maintenance    INTEGER NOT NULL,
    is_membership_closed INTEGER NOT NULL,
    settings             TEXT    NOT NULL,         -- JSON object of texts
    details              TEXT    NOT NULL,         -- JSON object of texts
    executives           TEXT    NOT NULL,         -- JSON array of user ids
    created_at           INTEGER NOT NULL,         -- times are Unix milliseconds, UTC
    created_by           TEXT    NOT NULL,
    updated_at           INTEGER NOT NULL,
    updated_by           TEXT    NOT NULL,
    archived_at          INTEGER,
    archived_by          TEXT,
    archive_reason       TEXT,
    version              INTEGER NOT NULL,         -- events of the stream that are in the row: the source version
    position             INTEGER NOT NULL          -- log position of the last of them
);

-- From the beginning, also while rows are built: it tells whose slug is another team's.
CREATE UNIQUE INDEX teams_g{g}_slug ON teams_g{g} (slug_key);

-- Every pair of a team and a team above it, and each team with itself at depth 0 (TM-30). By teams.pk.
CREATE TABLE team_closure_g{g} (
    ancestor   INTEGER NOT NULL,
    descendant INTEGER NOT NULL,
    depth      INTEGER NOT NULL,
    PRIMARY KEY (ancestor, descendant)
) WITHOUT ROWID;

-- From the beginning: a move looks up the teams above.
CREATE INDEX team_closure_g{g}_up ON team_closure_g{g} (descendant, depth);

-- Who set what when (TM-22); the values alone stand in the team's row too.
CREATE TABLE team_settings_g{g} (
    team_id TEXT    NOT NULL,
    key     TEXT    NOT NULL,
    value   TEXT    NOT NULL,
    set_at  INTEGER NOT NULL,
    set_by  TEXT    NOT NULL,
    PRIMARY KEY (team_id, key)
) WITHOUT ROWID;

CREATE TABLE team_state_history_g{g} (
    team_id    TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    position   INTEGER NOT NULL,
    event      TEXT    NOT NULL,                   -- stored name
    from_state TEXT,
    to_state   TEXT    NOT NULL,
    actor      TEXT    NOT NULL,
    reason     TEXT,
    PRIMARY KEY (team_id, at, position)
) WITHOUT ROWID;

-- How many teams there are of each type and state: exact totals without counting rows.
CREATE TABLE team_counts_g{g} (
    type  TEXT    NOT NULL,
    state TEXT    NOT NULL,
    n     INTEGER NOT NULL,
    PRIMARY KEY (type, state)
) WITHOUT ROWID;

CREATE VIRTUAL TABLE team_search_g{g} USING fts5 (
    name, slug,
    content = 'teams_g{g}', content_rowid = 'pk', columnsize = 0,
    tokenize = 'unicode61 remove_diacritics 2'
);
