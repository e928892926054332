"""Pure functions from data to Dash trees."""
