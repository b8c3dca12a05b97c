-- {g} is the number of the generation.
CREATE TABLE security_events_g{g} (
    key            INTEGER PRIMARY KEY, -- 2 * position + (log - 1)
    at             INTEGER NOT NULL,    -- Unix milliseconds, UTC
    event_id       INTEGER NOT NULL,
    type           TEXT    NOT NULL,    -- kind of security event
    severity       TEXT    NOT NULL,    -- low, medium, high or critical
    user_id        TEXT,                -- whose account or behaviour it is about; NULL for nobody's
    actor          TEXT    NOT NULL,
    client         TEXT,                -- address and user agent, sealed
    client_subject TEXT,                -- whose key opens them
    correlation_id TEXT    NOT NULL,
    detail         TEXT    NOT NULL     -- JSON object without personal data
);

-- What became of them. A table of its own: a security event of the domain log may come to its row after what settled it.
CREATE TABLE security_resolutions_g{g} (
    event_key     INTEGER PRIMARY KEY, -- key of the security event
    resolved_at   INTEGER NOT NULL,    -- Unix milliseconds, UTC
    resolved_by   TEXT    NOT NULL,    -- an actor; his key opens the note
    resolution_id INTEGER NOT NULL,    -- event id of the resolution; the note is bound to it
    recorded_at   INTEGER NOT NULL,    -- its position in the activity log
    note          TEXT                 -- sealed; NULL when it was erased before it was stored
);

-- Failed sign-ins of an account, so that the next one knows how many went before it.
CREATE TABLE sign_in_failures_g{g} (
    account  TEXT    NOT NULL,
    at       INTEGER NOT NULL, -- Unix milliseconds, UTC
    position INTEGER NOT NULL, -- of the activity log
    PRIMARY KEY (account, at, position)
) WITHOUT ROWID;
