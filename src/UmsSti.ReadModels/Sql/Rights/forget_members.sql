UPDATE members_g{g} SET removal_reason = NULL WHERE user_id = ?1
