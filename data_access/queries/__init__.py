"""The questions screens ask, one file each: a function of the city and the ask, giving a plain value."""
