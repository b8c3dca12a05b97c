INSERT INTO snapshots (stream, version, fingerprint, checksum, data) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (stream) DO UPDATE SET
    version = excluded.version, fingerprint = excluded.fingerprint, checksum = excluded.checksum, data = excluded.data
WHERE excluded.version >= snapshots.version;
