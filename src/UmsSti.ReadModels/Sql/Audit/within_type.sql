{u}type = ?10
