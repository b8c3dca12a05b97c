-- {g} is the number of the generation.
CREATE TABLE user_state_history_g{g} (
    user_id        TEXT    NOT NULL,
    position       INTEGER NOT NULL, -- of the domain log
    version        INTEGER NOT NULL, -- of the user's stream, after the change
    at             INTEGER NOT NULL, -- Unix milliseconds, UTC
    event_id       INTEGER NOT NULL, -- sealed text is bound to it
    type           TEXT    NOT NULL, -- stored name of the event
    user_type      TEXT    NOT NULL,
    from_sub_state TEXT,             -- NULL: there was no user yet
    from_state     TEXT,
    to_sub_state   TEXT    NOT NULL,
    to_state       TEXT    NOT NULL,
    registered_at  INTEGER NOT NULL,
    activated_at   INTEGER,          -- newest activation up to here
    actor          TEXT    NOT NULL,
    reason         TEXT,             -- sealed with the user's key
    command_id     TEXT    NOT NULL,
    correlation_id TEXT    NOT NULL,
    PRIMARY KEY (user_id, position)
) WITHOUT ROWID;
