{u}outcome = ?11
