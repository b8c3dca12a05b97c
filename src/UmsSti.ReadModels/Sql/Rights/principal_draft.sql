SELECT id, type, state, version, position, sub_state, was_active FROM principals_g{g} WHERE id = ?1
