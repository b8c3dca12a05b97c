CREATE TABLE IF NOT EXISTS schema_versions (
    version    INTEGER PRIMARY KEY,
    script     TEXT NOT NULL,
    applied_at TEXT NOT NULL
) STRICT;
