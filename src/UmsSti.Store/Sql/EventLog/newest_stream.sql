SELECT max(id) FROM streams;
