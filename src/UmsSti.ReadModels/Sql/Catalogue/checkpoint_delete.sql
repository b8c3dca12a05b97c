DELETE FROM checkpoints WHERE projector = ?1 AND generation = ?2
