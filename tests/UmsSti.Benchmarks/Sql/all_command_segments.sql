SELECT segment, last_id, filter FROM command_segments ORDER BY segment;
