DELETE FROM command_segments WHERE segment = ?1;
