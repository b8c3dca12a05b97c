{u}correlation_id = ?12
