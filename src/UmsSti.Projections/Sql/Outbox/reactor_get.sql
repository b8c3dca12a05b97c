SELECT position, event_id FROM reactors WHERE name = $name;
