-- Events a projector was told to go on without. Not of one generation: a rebuild goes on without them as well.
CREATE TABLE skipped_events (
    projector  TEXT    NOT NULL,
    event_id   INTEGER NOT NULL,
    stream     TEXT    NOT NULL,
    idx        INTEGER NOT NULL, -- index in the stream
    position   INTEGER NOT NULL,
    event_type TEXT    NOT NULL,
    error      TEXT    NOT NULL, -- why the stream was parked
    at         INTEGER NOT NULL, -- of the skip, Unix milliseconds
    PRIMARY KEY (projector, event_id)
) WITHOUT ROWID;

-- Work that is to be done beside the projectors, until it is done: one row a kind.
CREATE TABLE housekeeping (
    kind TEXT PRIMARY KEY
) WITHOUT ROWID;
