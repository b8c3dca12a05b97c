UPDATE grants_g{g} SET reason = NULL, revocation_reason = NULL WHERE user_id = ?1
