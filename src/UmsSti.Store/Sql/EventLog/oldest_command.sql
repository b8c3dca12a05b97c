SELECT min(id) FROM commands;
