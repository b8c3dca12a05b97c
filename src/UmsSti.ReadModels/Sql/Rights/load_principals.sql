SELECT id, type, state FROM principals
