UPDATE users_g{g} SET email_key = NULL WHERE pk = ?1
