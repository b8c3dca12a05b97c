-- Which generation of each model answers queries, and which one is being built beside it.
CREATE TABLE models (
    name     TEXT    PRIMARY KEY,
    layout   INTEGER NOT NULL, -- of the active generation; the program rebuilds a model whose layout it has changed
    active   INTEGER NOT NULL,
    building INTEGER           -- NULL: none
) WITHOUT ROWID;

-- Generations whose tables are being emptied and dropped; finished at the next start when the program stops in between.
CREATE TABLE doomed_generations (
    model      TEXT    NOT NULL,
    generation INTEGER NOT NULL,
    PRIMARY KEY (model, generation)
) WITHOUT ROWID;

-- How far each projector has come; moved in the transaction of its rows.
CREATE TABLE checkpoints (
    projector  TEXT    NOT NULL,
    generation INTEGER NOT NULL,
    position   INTEGER NOT NULL, -- last log position looked at
    event_id   INTEGER NOT NULL, -- of the event there; tells a log that is not the one this was built from
    seen       INTEGER NOT NULL, -- events of the projector's categories up to the position
    applied    INTEGER NOT NULL, -- of those, how many are in the rows
    checksum   INTEGER NOT NULL, -- over the applied ones, whatever their order
    PRIMARY KEY (projector, generation)
) WITHOUT ROWID;

-- Streams a projector could not go on with; their later events are held in the log.
CREATE TABLE parked_streams (
    projector     TEXT    NOT NULL,
    generation    INTEGER NOT NULL,
    stream        TEXT    NOT NULL,
    from_index    INTEGER NOT NULL, -- first event not applied
    from_position INTEGER NOT NULL,
    error         TEXT    NOT NULL,
    tries         INTEGER NOT NULL,
    at            INTEGER NOT NULL, -- of the last try, Unix milliseconds
    held          INTEGER NOT NULL, -- events not applied up to the checkpoint
    PRIMARY KEY (projector, generation, stream)
) WITHOUT ROWID;
