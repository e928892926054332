"""The one way in for data: validation, leaf lookup, quarantine, the one writer, and loading a city from files."""
