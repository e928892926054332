"""The endurance of a wall: hours in a real browser, with all that happens to one in a night."""
