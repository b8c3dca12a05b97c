SELECT sum(n) FROM principal_counts
