SELECT COUNT(*) FROM failed_reactor_events WHERE reactor = $reactor;
