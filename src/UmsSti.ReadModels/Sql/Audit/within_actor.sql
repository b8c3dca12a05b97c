{u}actor = ?6
