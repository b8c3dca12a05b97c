-- {g} is the number of the generation.
CREATE TABLE dues_g{g} (
    kind   TEXT    NOT NULL,
    id     TEXT    NOT NULL, -- user or process
    due_at INTEGER NOT NULL, -- Unix milliseconds, UTC
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;
