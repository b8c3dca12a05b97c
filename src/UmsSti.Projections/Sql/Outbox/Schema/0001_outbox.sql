-- What is to be done outside, and how far each reactor has come. Neither truth nor derived (ADR 8). Nothing in it is personal.

CREATE TABLE reactors (
    name     TEXT PRIMARY KEY,
    position INTEGER NOT NULL,         -- the last event it has reacted to
    event_id INTEGER NOT NULL,         -- of that event; 0 before the first. Tells another log from the same one
    saved_at INTEGER NOT NULL          -- milliseconds since 1970-01-01 UTC, as all times here
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
    id         INTEGER PRIMARY KEY,
    key        TEXT    NOT NULL UNIQUE, -- idempotency: '{log}:{event id}:{effect number}', or what the effect says
    reactor    TEXT    NOT NULL,
    channel    TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    recipient  TEXT    NOT NULL,       -- an id or a group, never an address
    parameters TEXT    NOT NULL,       -- JSON object of texts
    log        INTEGER NOT NULL,       -- 1 domain, 2 activity
    position   INTEGER NOT NULL,
    event_id   INTEGER NOT NULL,
    state      TEXT    NOT NULL,       -- pending, sending, delivered, dead, cancelled, skipped
    attempts   INTEGER NOT NULL,
    next_at    INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    reason     TEXT                    -- why it waits, is dead, was cancelled or skipped
) STRICT;

CREATE INDEX outbox_due ON outbox (channel, next_at, id) WHERE state = 'pending';
CREATE INDEX outbox_sending ON outbox (channel, recipient) WHERE state = 'sending';
CREATE INDEX outbox_by_state ON outbox (state, id);
CREATE INDEX outbox_finished ON outbox (changed_at) WHERE state IN ('delivered', 'cancelled', 'skipped');

-- Events a reactor could not make sense of (RM-16). It has gone on without them.
CREATE TABLE failed_reactor_events (
    reactor     TEXT    NOT NULL,
    position    INTEGER NOT NULL,
    event_id    INTEGER NOT NULL,
    event_type  TEXT    NOT NULL,
    error       TEXT    NOT NULL,
    failed_at   INTEGER NOT NULL,
    retry_count INTEGER NOT NULL,
    PRIMARY KEY (reactor, position)
) STRICT, WITHOUT ROWID;
