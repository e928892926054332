"""Layouts: which panels a wall's canvas has, and where; one declaration serves every canvas it names."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from dash import dcc, html
from dash.development.base_component import Component

from components import ids
from components.panel import Panel, slot
from data_access.walls.declared import CANVASES
from data_access.words import T

STAGE = "stage"
"""The page that shows a layout, and the surface of panels that only walls have."""
NOTHING = "."
MISSING = T(
    "没有布局 {key}（画布 {canvas}）。已有布局：{layouts}；画布：" + "、".join(CANVASES) + "。",
    "There is no layout {key} for {canvas}. Layouts: {layouts}; canvases: " + ", ".join(CANVASES) + ".",
)


@dataclass(frozen=True)
class Grid:
    """A canvas divided into areas, as CSS has it: `areas` are rows of panel keys, ``.`` for none."""

    columns: str
    rows: str
    areas: tuple[str, ...]

    @property
    def panels(self) -> tuple[str, ...]:
        """Keys of its panels, each once, as they are read."""
        names = (name for row in self.areas for name in row.split())
        return tuple(dict.fromkeys(name for name in names if name != NOTHING))


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A declared layout: its grid on each canvas that it is made for."""

    key: str
    title: T
    grids: Mapping[str, Grid]
    order: int = 100

    def faults(self, panels: Iterable[str]) -> Iterator[str]:
        """What is wrong with it, where there are these panels."""
        if not (self.title.zh and self.title.en):
            yield "needs a title in both languages"
        for canvas in CANVASES.keys() ^ self.grids.keys():
            yield f"has no grid for {canvas}" if canvas in CANVASES else f"knows no canvas {canvas}"
        for canvas, grid in self.grids.items():
            if len({len(row.split()) for row in grid.areas}) != 1:
                yield f"has rows of different lengths on {canvas}"
            yield from (f"has no panel {key} to show on {canvas}" for key in set(grid.panels) - set(panels))


def page_of(layout: str, canvas: str) -> str:
    """The page of a View that is shown as a layout on a canvas."""
    return f"{STAGE}/{layout}/{canvas}"


def on_stage(page: str) -> bool:
    """Whether a View's page is a layout on a canvas."""
    return page.startswith(f"{STAGE}/")


def missing(key: str, canvas: str, lang: str, known: Iterable[Layout]) -> Component:
    """A sentence in place of a layout that there is not."""
    told = MISSING.fill(key=key, canvas=canvas, layouts=", ".join(each.key for each in known))
    page = page_of(key, canvas)
    return html.Div([dcc.Store(id=ids.SURFACE, data=page), html.P(told(lang), className="stage-missing")])


def stage(layout: Layout, canvas: str, panels: Iterable[Panel]) -> Component:
    """A layout on a canvas, every panel of it as a skeleton."""
    grid, by_key = layout.grids[canvas], {panel.key: panel for panel in panels}
    style = {
        "gridTemplateColumns": grid.columns,
        "gridTemplateRows": grid.rows,
        "gridTemplateAreas": " ".join(f'"{row}"' for row in grid.areas),
    }
    cells = [html.Div(slot(by_key[key]), className="stage-cell", style={"gridArea": key}) for key in grid.panels]
    store = dcc.Store(id=ids.SURFACE, data=page_of(layout.key, canvas))
    return html.Div([store, *cells], className=f"stage stage-{layout.key}", style=style)
