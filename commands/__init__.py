"""Commands of the `jingwei` command that look after a city."""
