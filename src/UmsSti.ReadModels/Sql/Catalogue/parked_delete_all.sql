DELETE FROM parked_streams WHERE projector = ?1 AND generation = ?2
