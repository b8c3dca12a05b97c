UPDATE reactors SET position = $position, event_id = $eventId, saved_at = $now WHERE name = $name AND position = $expected;
