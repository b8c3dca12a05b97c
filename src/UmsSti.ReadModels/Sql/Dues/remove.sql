DELETE FROM dues_g{g} WHERE kind = ?1 AND id = ?2
