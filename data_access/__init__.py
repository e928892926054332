"""All that touches data: the store, the units, the metrics, the questions a screen may ask."""
