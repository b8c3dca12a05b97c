DELETE FROM housekeeping WHERE kind = ?1
