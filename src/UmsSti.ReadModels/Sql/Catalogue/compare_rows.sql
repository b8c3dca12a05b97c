SELECT * FROM {table} ORDER BY {keys}
