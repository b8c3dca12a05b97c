-- An append-only log: rows of events, streams and event_types are never updated and never deleted.
-- Names are stored once and referred to by number. No foreign keys: there is one writer, and the hash chain covers the names.

CREATE TABLE streams (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE event_types (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE events (
    position       INTEGER PRIMARY KEY, -- 1, 2, 3, ... without gaps, in commit order
    stream_id      INTEGER NOT NULL,
    version        INTEGER NOT NULL,    -- index in the stream, 0 for the first
    event_id       INTEGER NOT NULL,    -- Snowflake
    type_id        INTEGER NOT NULL,
    schema_version INTEGER NOT NULL,
    time           INTEGER NOT NULL,    -- milliseconds since 1970-01-01 UTC
    hash           BLOB    NOT NULL,    -- SHA-256 chain, 32 bytes
    data           BLOB    NOT NULL,
    meta           BLOB    NOT NULL
) STRICT;

CREATE UNIQUE INDEX events_by_stream ON events (stream_id, version);

-- Appended in order and pruned from the front.
CREATE TABLE commands (
    id          INTEGER PRIMARY KEY,
    key         INTEGER NOT NULL,       -- first 8 bytes of the command id's SHA-256
    command_id  TEXT    NOT NULL,
    fingerprint BLOB    NOT NULL,
    answer      BLOB    NOT NULL,
    at          INTEGER NOT NULL,       -- milliseconds since 1970-01-01 UTC
    position    INTEGER NOT NULL
) STRICT;

-- The index of commands by key, in segments that are written sorted, one after the other: command ids are random, and an ordinary
-- index would dirty another page for every command. Commands after the newest segment are indexed in memory only.
CREATE TABLE command_keys (
    segment INTEGER NOT NULL,
    key     INTEGER NOT NULL,
    id      INTEGER NOT NULL,
    PRIMARY KEY (segment, key, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE command_segments (
    segment INTEGER PRIMARY KEY,
    last_id INTEGER NOT NULL,
    filter  BLOB    NOT NULL            -- tells in memory that a key is not in the segment
) STRICT;

CREATE TABLE snapshots (
    stream      TEXT PRIMARY KEY,
    version     INTEGER NOT NULL,       -- events folded into it
    fingerprint TEXT    NOT NULL,
    checksum    BLOB    NOT NULL,       -- SHA-256 over version, fingerprint and data
    data        BLOB    NOT NULL
) STRICT, WITHOUT ROWID;
