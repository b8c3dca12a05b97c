DELETE FROM commands WHERE id <= ?1;
