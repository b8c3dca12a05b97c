-- {g} is the number of the generation.
CREATE TABLE audit_g{g} (
    key            INTEGER PRIMARY KEY, -- 2 * position + (log - 1): one fact, one row, also across the two logs
    at             INTEGER NOT NULL,    -- Unix milliseconds, UTC
    event_id       INTEGER NOT NULL,    -- sealed text is bound to it
    type           TEXT    NOT NULL,    -- stored name of the event
    action         TEXT    NOT NULL,
    outcome        TEXT    NOT NULL,    -- success, denied or failed
    actor          TEXT    NOT NULL,
    on_behalf_of   TEXT,
    subject        TEXT,                -- user the fact is about
    resource_type  TEXT    NOT NULL,
    resource_id    TEXT    NOT NULL,
    reason         TEXT,                -- a stable word, or sealed text when sealed_by is set
    sealed_by      TEXT,                -- whose key opens the reason
    client         TEXT,                -- address and user agent, sealed
    client_subject TEXT,                -- whose key opens them
    command_id     TEXT    NOT NULL,
    correlation_id TEXT    NOT NULL,
    causation_id   TEXT,
    detail         TEXT    NOT NULL     -- JSON object without personal data
);
