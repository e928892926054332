"""The gallery: a picture of every layer and every way of looking at the map, in both themes, and a page of them.

Taken from a running city, as a person sees it; what layers there are is read from its own layer control.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from data_access.errors import JingweiError
from data_access.view import THEMES, View
from data_access.words import LANGS, T
from reports.browser import PATIENCE, chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WINDOW = {"width": 1440, "height": 900}
QUALITY = 84
WHOLE = """() => jingwei.whole() && document.querySelector('[data-map=ready]')
  && (!location.search.includes("place=") || document.querySelector(".place-posts"))"""
LAYERS = "(all) => all.map((a) => [a.getAttribute('href'), a.textContent.trim()])"
MIDDLE = """() => {
  const [[s, w], [n, e]] = jingwei.map.of("map").model.fit;
  const at = (x, y) => [w + (e - w) * x, s + (n - s) * y].map((v) => v.toFixed(5)).join();
  return [at(0.5, 0.45), at(0.66, 0.52), at(0.62, 0.74), at(0.48, 0.72)].join(";");
}"""
PLACE = """() => {
  const [[s, w], [n, e]] = jingwei.map.of("map").model.fit;
  return [w + (e - w) * 0.56, s + (n - s) * 0.6].map((v) => v.toFixed(5)).join();
}"""
FRAMES = """() => {
  const { cumulative, moving } = jingwei.map.of("map").model.time.views;
  const at = Math.floor(0.6 * cumulative.length);
  return [cumulative[at], moving[at]];
}"""
"""The same moment of the window in both ways of counting, each as ``[as_of, since]``."""
HEAD = """# Gallery · 图集

Every layer of the map and every way of looking at it, by night and on paper. Made from the reference city by
`make gallery` beside `make run`; the overlay by `jingwei load docs/cities/zhengzhou-overlays.yaml` before that.
People and cases are invented.

地图的每个图层与每种看法，夜间与日间各一。在 `make run` 运行时由 `make gallery` 从参考城市生成（叠加图层先用
`jingwei load docs/cities/zhengzhou-overlays.yaml` 载入）；其中人员与案件均为虚构。
"""


@dataclass(frozen=True)
class Shot:
    """One picture: its name as a file, its title, and the address of its View without language and theme."""

    key: str
    title: T
    address: str


WAYS = (
    Shot("choropleth", T("指标着色", "Choropleth of a metric"), "/?metric=on_time_rate&window=7d&layers="),
    Shot("change", T("较上周变化", "Change on last week"), "/?metric=opened&window=7d&compare=change&layers="),
    Shot("beside", T("两个时刻并列", "Two moments side by side"), "/?metric=opened&compare=week&layers="),
    Shot(
        "metrics", T("两个指标并列", "Two metrics, side by side"), "/?metric=opened&compare=metric:closed&layers="
    ),
    Shot("filter", T("图例筛选", "The legend as a filter"), "/?metric=open_cases&hidden=0,1&layers="),
)
"""Ways of looking, before the layers."""
WIDE = ("alerts", "overlay:")
"""How the keys of layers begin that are shown of the whole city, not of one of its units."""


def gallery(url: str, folder: Path, progress: Callable[[str, float], None]) -> list[Path]:
    """Take all pictures of the city at `url` into `folder`/gallery, and write `folder`/gallery.md.

    Returns the pictures. Raises JingweiError where no city answers, or a page does not become whole.
    """
    with chromium("gallery") as browser:
        wanted = list(shots(browser, url))
        taken = []
        (folder / "gallery").mkdir(parents=True, exist_ok=True)
        for number, (shot, theme) in enumerate((s, t) for s in wanted for t in THEMES):
            progress("gallery", number / (len(wanted) * len(THEMES)))
            path = folder / "gallery" / f"{shot.key}-{theme}.jpg"
            _take(browser, url, shot, theme, language(number), path)
            taken.append(path)
    (folder / "gallery.md").write_text(page_of(wanted), encoding="utf-8")
    progress("gallery", 1.0)
    return taken


def shots(browser: "Browser", url: str) -> Iterator[Shot]:
    """What there is to be taken: ways of looking, then the layers that this city offers for one of its units."""
    page = _open(browser, f"{url}/?layers=")
    unit = urlsplit(page.locator(".cell-ranking a.rank").first.get_attribute("href")).path
    middle, place = page.evaluate(MIDDLE), page.evaluate(PLACE)
    page.context.close()
    page = _open(browser, f"{url}/?layers=&window=7d")
    (as_of, _), (stop, since) = page.evaluate(FRAMES)
    page.context.close()
    named: dict[str, dict[str, str]] = {}
    for lang in LANGS:
        page = _open(browser, f"{url}{unit}?layers=&lang={lang}")
        for href, text in page.locator(".map-layers a[role=switch]").evaluate_all(LAYERS):
            parts = urlsplit(href)
            key = View.of(parts.path, parts.query)[0].layers[-1]
            named.setdefault(key, {})[lang] = text
        page.context.close()
    yield from WAYS
    past, played = f"/?window=7d&metric=open_cases&as_of={as_of}", f"as_of={stop}&since={since}"
    yield Shot("past", T("过去的时刻", "A past moment"), past)
    yield Shot(
        "playback", T("逐段回放", "Playback, stretch by stretch"), f"/?window=7d&metric=opened&layers=&{played}"
    )
    yield Shot("now", T("过去与此刻并列", "A past moment beside now"), f"{past}&compare=now&layers=")
    yield Shot("area", T("选区", "A marked area"), f"/?area={middle}")
    yield Shot("place", T("一处地点", "A place that is asked about"), f"/?layers=&place={place}")
    for key, texts in named.items():
        at = "/" if key.startswith(WIDE) else unit
        yield Shot(f"layer-{key.replace(':', '-')}", T(texts["zh"], texts["en"]), f"{at}?layers={key}")


def page_of(wanted: list[Shot]) -> str:
    """The page of the gallery as Markdown."""
    parts = [HEAD]
    for shot in wanted:
        pictures = " ".join(f"![{shot.title.en}, {theme}](gallery/{shot.key}-{theme}.jpg)" for theme in THEMES)
        parts.append(f"## {shot.title.en} · {shot.title.zh}\n\n`{shot.address}`\n\n{pictures}\n")
    return "\n".join(parts)


def language(number: int) -> str:
    """The language of a picture by its number: both themes of a shot in different ones, which change places."""
    return LANGS[(number + number // len(THEMES)) % len(LANGS)]


def _take(browser: "Browser", url: str, shot: Shot, theme: str, lang: str, path: Path) -> None:
    page = _open(browser, f"{url}{shot.address}&theme={theme}&lang={lang}")
    page.locator(".cell-map").screenshot(path=path, type="jpeg", quality=QUALITY)
    page.context.close()


def _open(browser: "Browser", address: str) -> "Page":
    from playwright.sync_api import Error

    page = browser.new_context(viewport=WINDOW).new_page()
    try:
        page.goto(address)
        page.wait_for_function(WHOLE, timeout=PATIENCE, polling=250)
    except Error as error:
        raise JingweiError(f"{address} did not become whole: {error.message.splitlines()[0]}") from error
    return page
