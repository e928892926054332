"""Walls: scenes that take turns on one or several screens, pre-empted by alarms, steered from a desk."""
