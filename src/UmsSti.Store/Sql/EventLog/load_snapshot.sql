SELECT version, fingerprint, checksum, data FROM snapshots WHERE stream = ?1;
