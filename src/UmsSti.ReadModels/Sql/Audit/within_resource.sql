{u}resource_id = ?8
