DELETE FROM dues_g{g} WHERE (kind, id) IN (SELECT kind, id FROM dues_g{g} LIMIT ?1)
