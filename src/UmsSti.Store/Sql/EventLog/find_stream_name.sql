SELECT name FROM streams WHERE id = ?1;
