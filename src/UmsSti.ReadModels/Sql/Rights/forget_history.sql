UPDATE rights_history_g{g} SET reason = NULL WHERE user_id = ?1
