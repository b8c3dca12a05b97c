DELETE FROM outbox WHERE reactor = $reactor AND position >= $from AND state NOT IN ('pending', 'sending');
