SELECT EXISTS (SELECT 1 FROM housekeeping WHERE kind = ?1)
