"""The page against axe-core, the common checker of accessibility: nothing serious, nothing critical."""

import pytest
import screen
from axe_playwright_python.sync_playwright import Axe
from test_pages_layers import overlaid  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.slow]
GRAVE = ("serious", "critical")
VIEWS = {
    "the city, night": "/?lang=zh&theme=night",
    "the city, paper": "/?lang=en&theme=paper",
    "the past, marked": "/?lang=en&theme=night&window=7d&hidden=0",
    "two maps": "/?lang=zh&theme=paper&compare=week",
    "a place, finding": "/?lang=en&theme=paper&place=113.58,34.75",
    "a place, nothing found": "/?lang=zh&theme=night&place=113.58,34.75",
    "networks, night": "/networks?lang=zh&theme=night",
    "networks, paper": "/networks?lang=en&theme=paper",
    "a feed, night": "/networks/iot_waterlogging?lang=en&theme=night",
    "a feed, paper": "/networks/iot_waterlogging?lang=zh&theme=paper&window=7d",
    "a feed that is none": "/networks/nothing?lang=en&theme=paper",
    "a device, night": "/networks/iot_waterlogging/WL-000001?lang=zh&theme=night&window=7d",
    "a device, paper": "/networks/iot_waterlogging/WL-000001?lang=en&theme=paper",
    "reports, none scheduled": "/reports?lang=zh&theme=night",
    "the catalogue": "/catalogue?lang=en&theme=night",
    "a unit, layers on": "/unit/410102?lang=zh&theme=paper&layers=cases,iot,video,facilities,density&window=30d",
    "a unit, night, kinds": "/unit/410102?lang=en&theme=night&layers=iot:waterlogging,density&window=30d",
    "the city, drawer open": "/?lang=en&theme=paper&layers=density,party",
    "an overlay": "/?lang=zh&theme=night&layers=overlay:sites,density,video",
}


@pytest.mark.parametrize("view", VIEWS)
def test_nothing_grave_is_found(server, overlaid, visit, view):  # noqa: F811
    page = visit((overlaid if "overlay" in view else server).url + VIEWS[view])
    if "layers" in view or "kinds" in view:
        page.click(".layer-kinds summary >> nth=0")
    if "drawer" in view:
        page.click(".cell-map .explain")
        page.wait_for_selector(".drawer-body h2")
    if "past" in view:
        screen.click(page, ".time-back")
        page.click(".tool-polygon")
    if "place" in view:
        page.wait_for_selector(".place-posts")
        page.keyboard.press("/")
        page.keyboard.type("zhong" if "finding" in view else "nosuchname")
        page.wait_for_selector(".found" if "finding" in view else ".finder-status >> text=nosuchname")
    response = Axe().run(page).response
    assert len(response["passes"]) > 20
    found = response["violations"]
    told = [f"{v['id']}: {n['html'][:160]}\n  {n['failureSummary'][:300]}" for v in found for n in v["nodes"]]
    grave = [text for v in found if v["impact"] in GRAVE for text in told if text.startswith(v["id"])]
    assert grave == [], "\n".join(grave)
