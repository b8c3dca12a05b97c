SELECT id, type, state, version, position FROM principals_g{g} WHERE id = ?1
