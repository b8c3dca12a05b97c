SELECT position, event_id, seen, applied, checksum FROM checkpoints WHERE projector = ?1 AND generation = ?2
