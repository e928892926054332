"""What metrics count: rows of one table under one condition, as vectors over the leaves and as series."""
