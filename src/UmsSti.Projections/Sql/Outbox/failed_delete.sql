DELETE FROM failed_reactor_events WHERE reactor = $reactor AND position = $position;
