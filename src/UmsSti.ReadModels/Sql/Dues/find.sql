SELECT due_at FROM dues_g{g} WHERE kind = ?1 AND id = ?2
