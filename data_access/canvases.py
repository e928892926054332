"""Canvases of walls: fixed pages that are scaled as a whole to the glass they are shown on."""

CANVASES: dict[str, tuple[int, int]] = {
    "16x9": (1920, 1080),
    "21x9": (2560, 1080),
    "32x9": (3840, 1080),
    "4x1": (4320, 1080),
}
"""Width and height in CSS pixels, by the canvas' name as addresses have it."""
