SELECT channel, state, COUNT(*), MIN(created_at) FROM outbox GROUP BY channel, state;
