"""Alerts as a person meets them: the bar above the page, the layer, and what tells an exercise from them."""

import pytest
import screen
from test_map_layer import PLACE
from test_pages_layers import AT, COLOURS, near

from components.tokens import TOKENS

pytestmark = pytest.mark.browser
STORM = "as_of=2026-03-06T08:00:00Z"
"""In the reference city's rainstorm, after its alert was raised."""
CORE = """async () => {  // the middle of the exercise
  const told = await (await fetch(jingwei.map.of("map").model.shapes[0].url)).json();
  const ring = told.features.find((feature) => feature.properties.unreal).geometry.coordinates[0].slice(1);
  return [0, 1].map((i) => ring.reduce((sum, place) => sum + place[i], 0) / ring.length);
}"""
DRILL = {"zh": "【演练，非实际预警】严重预警 · 防汛演练", "en": "Exercise, not an actual alert: Severe alert"}


def test_the_gravest_stand_above_the_page_and_lead_to_the_map(server, visit):
    page = visit(f"{server.url}/?layers=&lang=en&{STORM}")
    notice = page.locator(".alert-notice")
    assert notice.count() == 1, "the first is replaced"
    assert "Extreme alert · Red rainstorm warning · until 6 Mar 20:00" in notice.inner_text()
    assert screen.inked(page, "shapes") == 0
    screen.click(page, ".alert-notice .button")
    assert screen.address(page)[1]["layers"] == "alerts"
    assert page.locator("[data-shapes='1']").count() == 1
    critical = TOKENS["night"]["critical"]
    assert sum(n for colour, n in page.evaluate(COLOURS, "shapes").items() if near(colour, critical, by=20)) > 100
    assert page.locator(".alert-notice .button").count() == 0
    outside = page.evaluate(screen.OUTSIDE)
    assert outside == [], "\n".join(outside)


def test_before_it_was_raised_and_after_it_was_called_off(server, visit):
    page = visit(f"{server.url}/?layers=alerts&lang=zh&as_of=2026-03-06T06:30:00Z")
    assert "严重预警 · 暴雨橙色预警 · 至 03-06 19:00" in page.locator(".alert-notice").inner_text()
    page = visit(f"{server.url}/?layers=alerts&lang=zh&as_of=2026-03-06T11:30:00Z")
    assert page.locator(".alert-notice").count() == 0
    assert screen.inked(page, "shapes") == 0


@pytest.mark.parametrize(("lang", "words"), DRILL.items())
def test_an_exercise_cannot_be_taken_for_an_alert(server, visit, lang, words):
    page = visit(f"{server.url}/?layers=&lang={lang}&theme=paper")
    assert page.locator(".alert-notice").count() == 0, "however severe it is called"
    screen.click(page, ".layer >> text=" + ("预警" if lang == "zh" else "Alerts"))
    assert page.locator("[data-shapes='2']").count() == 1
    at = page.evaluate(CORE)
    page.evaluate("([x, y]) => jingwei.map.of('map').map.setView([y, x], 13, {animate: false})", at)
    screen.settle(page)
    x, y = page.evaluate(PLACE, at)
    lines = [page.evaluate(AT, ["shapes", x + dx, y])[3] for dx in range(40)]
    assert max(lines) > 200 > 90 > min(lines), "hatched: lines, and thin fill between them"
    page.mouse.move(x, y)
    page.locator(".jw-tip-note", has_text=words).wait_for()
