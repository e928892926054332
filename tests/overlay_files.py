"""Files of overlays as people send them: good, wrong in a shape, or wrong as a whole."""

import json

SQUARE = [[0, 0], [0.01, 0], [0.01, 0.01], [0, 0.01], [0, 0]]


def at(lon, lat, ring=SQUARE):
    """A polygon with its corner at a place."""
    return {"type": "Polygon", "coordinates": [[[lon + x, lat + y] for x, y in ring]]}


def feature(geometry, **properties):
    """A feature."""
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(path, features, **more):
    """Write a file of features; returns its path."""
    body = {"type": "FeatureCollection", "features": features, **more}
    path.write_text(json.dumps(body), "utf-8")
    return path


def city_file(folder, key, *overlays, name="overlays.yaml"):
    """Write a file that gives the city called `key` these overlays, each a mapping or a file name."""
    named = [{"file": o} if isinstance(o, str) else o for o in overlays]
    listed = [{"key": o["file"].split(".")[0], "title": {"zh": "图形", "en": "Shapes"}} | o for o in named]
    (folder / name).write_text(json.dumps({"key": key, "overlays": listed}), "utf-8")
    return folder / name
