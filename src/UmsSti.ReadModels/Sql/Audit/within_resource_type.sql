{u}resource_type = ?9
