"""Which site becomes which leaf: nested halving, so that every unit is one compact piece and counts are exact.

Leaves are numbered depth-first, so a unit is a run of places in one array. Halving a run along the longest
axis of its sites, at a border of units near its middle, keeps both halves compact; done level by level down to
single leaves, the array ends as the numbering. All runs of a round are halved in one pass.
"""

import numpy as np


def arrange(xy: np.ndarray, runs: np.ndarray, levels: list[np.ndarray], bearing: np.ndarray) -> np.ndarray:
    """The site of each leaf: a permutation of 0…n-1.

    `xy` (n, 2) lists the sites of each run of `runs` (borders 0…n) together, in the order of the runs. `levels`
    are the borders of the units of each level, coarse to fine, each holding the one before. `bearing` (n,) is
    NaN, or the angle by which the first two halvings cut, for ground that lies round something.
    """
    order = np.arange(len(xy))
    runs = np.unique(runs)
    for borders in levels:
        turn = 0
        while True:
            cuts = _cuts(runs, borders)
            if not np.any(cuts):
                break
            order = _sorted(order, xy, runs, cuts, bearing if turn < 2 and borders is levels[0] else None)
            runs = np.unique(np.concatenate([runs, cuts[cuts > 0]]))
            turn += 1
    return order


def _cuts(runs: np.ndarray, borders: np.ndarray) -> np.ndarray:
    """For each run the border nearest to its middle, or 0 when none lies inside it."""
    first = np.searchsorted(borders, runs[:-1], side="right")
    last = np.searchsorted(borders, runs[1:], side="left") - 1
    middle = (runs[:-1] + runs[1:]) / 2
    above = np.searchsorted(borders, middle).clip(0, len(borders) - 1)
    below = (above - 1).clip(0)
    nearest = np.where(borders[above] - middle < middle - borders[below], above, below)
    nearest = np.clip(nearest, first, np.maximum(last, first)).clip(max=len(borders) - 1)
    return np.where(last >= first, borders[nearest], 0)


def _sorted(
    order: np.ndarray, xy: np.ndarray, runs: np.ndarray, cuts: np.ndarray, bearing: np.ndarray | None
) -> np.ndarray:
    """`order` with the runs that will be cut sorted along their axis, the others left as they are."""
    size = np.diff(runs)
    run = np.repeat(np.arange(len(size)), size)
    moving = np.flatnonzero(cuts[run] > 0)
    run, sites = run[moving], order[moving]
    key = _along(xy[sites], run, len(size))
    if bearing is not None:
        angle = bearing[sites]
        key = np.where(np.isnan(angle), key, angle)
    out = order.copy()
    out[moving] = sites[np.lexsort((key, run))]
    return out


def _along(p: np.ndarray, run: np.ndarray, runs: int) -> np.ndarray:
    """Each point's place on the main axis of its run, from the north-west."""
    n = np.maximum(np.bincount(run, minlength=runs), 1)
    mean = np.column_stack([np.bincount(run, p[:, k], runs) / n for k in (0, 1)])
    d = p - mean[run]
    xx, yy, xy = (np.bincount(run, v, runs) for v in (d[:, 0] ** 2, d[:, 1] ** 2, d[:, 0] * d[:, 1]))
    angle = 0.5 * np.arctan2(2 * xy, xx - yy)
    axis = np.column_stack([np.cos(angle), np.sin(angle)])
    axis *= np.where(axis @ [1.0, -0.7] < 0, -1.0, 1.0)[:, None]
    return (d * axis[run]).sum(1)
