SELECT count(*) FROM dues WHERE kind = ?1
