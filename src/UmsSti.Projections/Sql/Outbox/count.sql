SELECT COUNT(*) FROM outbox WHERE ($state IS NULL OR state = $state) AND ($kind IS NULL OR kind = $kind);
