SELECT stream, from_index, from_position, error, tries, at, held
FROM parked_streams WHERE projector = ?1 AND generation = ?2 ORDER BY stream
