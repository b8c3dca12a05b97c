SELECT type, state FROM principals WHERE id = ?1
