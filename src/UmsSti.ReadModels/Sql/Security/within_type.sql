{u}type = ?7
