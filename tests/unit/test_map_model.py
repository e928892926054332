import json

import numpy as np
import pytest
import shapely

from components.map.base import map_component, median_size, spans
from components.map.model import Level, MapModel, MapTexts, PointLayer, Selected
from data_access.cells import encode

TEXTS = MapTexts("No data", "{n} of {m}", "{n} here")


def test_a_model_is_plain_json_without_what_is_absent():
    model = MapModel(
        map="map",
        lang="en",
        texts=TEXTS,
        levels=[Level(1, "Districts", "/c", "/n", np.float64(0.1), ranges=[(np.int64(0), 2)])],
        selected=Selected(1, ((0, 1),)),
        points=(PointLayer("cases", "/p", []),),
    )
    made = model.to_dict()
    assert json.loads(json.dumps(made)) == made
    assert made["levels"] == [
        {"level": 1, "title": "Districts", "cells": "/c", "names": "/n", "size": 0.1, "ranges": [[0, 2]]}
    ]
    assert made["points"] == [{"key": "cases", "url": "/p", "signs": []}]
    assert "level" not in made


def test_spans_are_degrees_of_latitude():
    south, height = 34.0, 0.1
    width = height / np.cos(np.radians(34.5))
    cells = [
        shapely.box(113, south, 113 + width, south + height),
        shapely.Polygon(),
        shapely.box(113, 34, 113.2, 34.4),
    ]
    sizes = spans(encode(cells, (113, 34, 114, 35)))
    assert sizes[0] == pytest.approx(height, rel=1e-3)
    assert sizes[1] == 0
    assert sizes[2] == pytest.approx(np.sqrt(0.2 * np.cos(np.radians(34.5)) * 0.4), rel=1e-3)
    assert median_size(sizes, [(0, 1)]) == sizes[0]
    assert median_size(sizes, []) == 0


def test_the_tree_holds_the_map_and_the_store_of_its_model():
    tree = map_component("map", "model", "Map", ((34, 113), (35, 114)))
    leaflet, store = tree.children
    assert (leaflet.id, store.id) == ("map", "model")
    assert leaflet.children[0].eventHandlers["remove"] == {"variable": "jingwei.map.host.remove"}
