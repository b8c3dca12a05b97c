-- {g} is the number of the generation.
CREATE TABLE user_timeline_g{g} (
    user_id  TEXT    NOT NULL,
    at       INTEGER NOT NULL, -- Unix milliseconds, UTC
    log      INTEGER NOT NULL, -- 1: domain, 2: activity; positions are of that log
    position INTEGER NOT NULL,
    kind     TEXT    NOT NULL,
    type     TEXT    NOT NULL,
    actor    TEXT    NOT NULL,
    detail   TEXT    NOT NULL, -- JSON object without personal data
    PRIMARY KEY (user_id, at, log, position)
) WITHOUT ROWID;
