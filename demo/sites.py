"""Where the leaves lie: one site a leaf, denser where people live, spaced evenly by relaxation.

A street's ground is what is nearest to its anchor, the distance bent a little so that borders wander. Its urban
communities share a compact town around the anchor, its villages the ground about it. Inside each of the two
blocks sites thin out from the centre. All coordinates here are kilometres in the district's plane.
"""

from dataclasses import dataclass

import numpy as np
import shapely

CORE = 1.0
"""How much denser a block's centre is than its rim, as an exponent."""
URBAN_KM2 = 0.03
"""Ground that one leaf of a town wants when nothing presses."""


@dataclass(frozen=True)
class Blocks:
    """Leaf counts of one district's streets: `anchor` (n, 2), `urban` and `rural` (n,)."""

    anchor: np.ndarray
    urban: np.ndarray
    rural: np.ndarray

    @property
    def edges(self) -> np.ndarray:
        """First leaf of each block, urban then rural street by street, and the end; empty blocks kept."""
        return np.concatenate([[0], np.cumsum(np.column_stack([self.urban, self.rural]).ravel())])


def place(ground: shapely.Geometry, blocks: Blocks, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Sites block by block, (n, 2), and for each the bearing from its anchor if it lies round a town, else NaN.

    `ground` is the district's polygon; every site lies inside it.
    """
    bends = rng.uniform(0, 2 * np.pi, (len(blocks.anchor), 3))
    shapely.prepare(ground)
    grounds = _Grounds(ground, blocks, bends)
    xy, bearing = [], []
    for street, rough in enumerate(_rough_grounds(ground, blocks.anchor)):
        town, country = _street(street, rough, grounds, rng)
        ring = country - blocks.anchor[street]
        angle = np.arctan2(ring[:, 1], ring[:, 0]) if len(town) else np.full(len(country), np.nan)
        xy += [town, country]
        bearing += [np.full(len(town), np.nan), angle]
    return np.concatenate(xy), np.concatenate(bearing)


def relax(ground: shapely.Geometry, xy: np.ndarray, steps: int) -> np.ndarray:
    """Move each site to the middle of its cell, `steps` times (Lloyd), never out of the ground."""
    shapely.prepare(ground)
    for _ in range(steps):
        cells = voronoi(ground, xy)
        border = np.flatnonzero(~shapely.contains_properly(ground, cells))
        cells[border] = shapely.intersection(cells[border], ground)
        middle = shapely.get_coordinates(shapely.centroid(cells))
        stays = ~shapely.contains_xy(ground, middle)
        middle[stays] = xy[stays]
        xy = middle
    return xy


def voronoi(ground: shapely.Geometry, xy: np.ndarray) -> np.ndarray:
    """The Voronoi cell of every site in order, reaching beyond `ground` where nothing bounds it."""
    around = shapely.box(*shapely.buffer(shapely.envelope(ground), 1.0).bounds)
    cells = shapely.voronoi_polygons(shapely.multipoints(xy), extend_to=around, ordered=True)
    return shapely.get_parts(cells)


def _rough_grounds(ground: shapely.Geometry, anchor: np.ndarray) -> np.ndarray:
    if len(anchor) == 1:
        return np.array([ground], object)
    cells = voronoi(ground, anchor)
    return shapely.intersection(cells, ground)


@dataclass(frozen=True)
class _Grounds:
    """What decides whose ground a place is: the district, its blocks, and how each anchor's distances bend."""

    ground: shapely.Geometry
    blocks: Blocks
    bends: np.ndarray

    def own(self, street: int, xy: np.ndarray) -> np.ndarray:
        """Those of `xy` that lie in the ground and nearer, bent, to the street's anchor than to any other."""
        anchor = self.blocks.anchor
        rivals = np.argsort(np.hypot(*(anchor - anchor[street]).T), kind="stable")[1:13]
        own, mine = np.ones(len(xy), bool), _bent(xy, anchor[street], self.bends[street])
        for rival in rivals:
            own &= mine <= _bent(xy, anchor[rival], self.bends[rival])
        xy = xy[own]
        return xy[shapely.contains_xy(self.ground, xy)]

    def far(self, street: int, xy: np.ndarray) -> np.ndarray:
        """Distance from the street's anchor, bent another way, so that a town is no circle."""
        return _bent(xy, self.blocks.anchor[street], self.bends[street, ::-1] * 2)


def _street(
    street: int, rough: shapely.Geometry, grounds: _Grounds, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Sites of the street's town and of its country."""
    urban, rural = int(grounds.blocks.urban[street]), int(grounds.blocks.rural[street])
    area = shapely.area(rough)
    country = grounds.own(street, _quasi(_roomy(rough), 24 * (rural or urban) + 400, rng))
    far = grounds.far(street, country)
    if not rural:
        weight = 0.25 + np.exp(-(far**2) * np.pi / area)
        return _stratified(country, weight, urban, rng), country[:0]
    if not urban:
        return country[:0], _stratified(country, np.ones(len(country)), rural, rng)
    radius = np.sqrt(_town_area(urban, rural, area) / np.pi)
    anchor = grounds.blocks.anchor[street]
    box = np.concatenate([anchor - 1.4 * radius, anchor + 1.4 * radius])
    town = grounds.own(street, _quasi(box, 30 * urban + 400, rng))
    near = grounds.far(street, town) / radius
    town, near = town[near <= 1], near[near <= 1]
    country, far = country[far > radius], far[far > radius]
    return (
        _stratified(town, np.exp(-CORE * near * near), urban, rng),
        _stratified(country, 0.4 + np.exp(1 - far / radius), rural, rng),
    )


def _roomy(shape: shapely.Geometry) -> np.ndarray:
    """The box of a shape and an eighth more: borders bend outwards too."""
    west, south, east, north = shape.bounds
    margin = 0.12 * max(east - west, north - south)
    return np.array([west - margin, south - margin, east + margin, north + margin])


def _town_area(urban: int, rural: int, area: float) -> float:
    """Ground of the urban block in km²: what its leaves want, but no more than their share of the street."""
    return min(urban * URBAN_KM2, area * urban / (urban + 2.0 * rural), 0.7 * area)


def _quasi(box: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """`n` evenly scattered points in `box`: the R2 additive recurrence from a random start."""
    g = 1.32471795724474602596
    u = (rng.uniform(size=2) + np.outer(np.arange(1, n + 1), [1 / g, 1 / g**2])) % 1.0
    return box[:2] + u * (box[2:] - box[:2])


def _bent(xy: np.ndarray, anchor: np.ndarray, bend: np.ndarray) -> np.ndarray:
    d = xy - anchor
    angle = np.arctan2(d[:, 1], d[:, 0])
    wave = 0.09 * np.sin(2 * angle + bend[0]) + 0.06 * np.sin(3 * angle + bend[1])
    return np.hypot(d[:, 0], d[:, 1]) * (1 + wave + 0.03 * np.sin(7 * angle + bend[2]))


def _stratified(xy: np.ndarray, weight: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """`n` of the candidates, chosen by weight at even steps along a Morton curve, hence evenly over the ground."""
    if n == 0:
        return xy[:0]
    order = np.argsort(_morton(xy), kind="stable")
    xy, total = xy[order], np.cumsum(weight[order])
    at = (np.arange(n) + rng.uniform(0.2, 0.8, n)) * (total[-1] / n)
    chosen = xy[np.searchsorted(total, at).clip(max=len(xy) - 1)]
    return chosen + rng.uniform(-1e-4, 1e-4, chosen.shape)


def _morton(xy: np.ndarray) -> np.ndarray:
    low, high = xy.min(0), xy.max(0)
    q = ((xy - low) / np.maximum(high - low, 1e-9).max() * 65535).astype(np.uint64)
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        q = (q | (q << np.uint64(shift))) & np.uint64(mask)
    return q[:, 0] | (q[:, 1] << np.uint64(1))
