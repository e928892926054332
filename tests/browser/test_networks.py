"""The pages of the networks in a browser; and a mapping corrected, lines put in again, on a real feed."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.request

import pytest
import screen
from serving import ROOT, Server
from test_map_signs import EXACTLY

pytestmark = pytest.mark.browser
TOKEN = "a-long-secret-of-the-test"
CITY = """\
key: quay
title: {zh: 港口, en: Quay}
timezone: Asia/Shanghai
levels:
  - {key: district, title: {zh: 区, en: District}, boundary: district.geojson, id: code, name: name}
device_kinds:
  - {key: gauge, title: {zh: 水位计, en: Gauge}, network: iot, unit: cm, alarm_above: 30}
devices: {file: gauges.csv, feed: pushed}
"""
FEEDS = """\
feeds:
  - key: pushed
    title: {zh: 推送的水位, en: Levels that are sent}
    network: iot
    interval: 5 min
    carries: reading
    time_format: epoch
    columns: {device: gauge, at: ts, value: cm}
    source: {adapter: http, token_env: QUAY_TOKEN}
"""
SQUARE = [[[113.6, 34.7], [113.7, 34.7], [113.7, 34.8], [113.6, 34.8], [113.6, 34.7]]]


def founded(home):
    """A city of one district and two gauges in `home`, with a feeds file whose mapping names a wrong column."""
    shape = {"type": "Polygon", "coordinates": SQUARE}
    feature = {"type": "Feature", "properties": {"code": "Q", "name": "Quay"}, "geometry": shape}
    collection = {"type": "FeatureCollection", "features": [feature]}
    texts = {
        "city.yaml": CITY,
        "feeds.yaml": FEEDS,
        "gauges.csv": "code,kind,lon,lat\nG1,gauge,113.62,34.72\nG2,gauge,113.68,34.78\n",
        "district.geojson": json.dumps(collection),
    }
    for name, text in texts.items():
        (home / name).write_text(text, "utf-8")
    command = [sys.executable, "-c", "from cli import main; main()", "load", str(home / "city.yaml")]
    kept = {key: value for key, value in os.environ.items() if not key.startswith("JINGWEI_")}
    subprocess.run(command, cwd=ROOT, env=kept | {"JINGWEI_HOME": str(home)}, check=True, timeout=120)
    (home / "complete").touch()
    return home


@pytest.fixture(scope="module")
def quay(tmp_path_factory, chromium):
    """A server of that city, its feed sent by HTTP."""
    home = founded(tmp_path_factory.mktemp("quay"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QUAY_TOKEN", TOKEN)
        running = Server(home, feeds=home / "feeds.yaml")
    yield running
    running.stop()


def send(server, lines, token=TOKEN):
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/x-ndjson"}
    body = "\n".join(lines).encode()
    request = urllib.request.Request(f"{server.url}/ingest/pushed", body, headers)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.loads(answer.read())


def figures(page):
    """The key figures by title."""
    titles = page.locator(".figure dt").all_inner_texts()
    return dict(zip(titles, page.locator(".figure-value").all_inner_texts(), strict=True))


def test_a_mapping_is_corrected_and_lines_are_put_in_again(quay, visit):
    """The whole way: refused, seen, tried, put in again once, and every number afterwards."""
    now = int(time.time())
    lines = [json.dumps({"dev": f"G{1 + n % 2}", "ts": now - 60 * n, "cm": 10 + n}) for n in range(8)]
    lines += [json.dumps({"dev": "G9", "ts": now, "cm": 1, "password": "hunter22"}), "<b>no json</b>"]
    receipt = send(quay, lines)
    assert (receipt["accepted"], receipt["rejected"]) == (0, 10)
    page = visit(f"{quay.url}/networks/pushed?lang=en&window=30d")
    page.wait_for_selector("form.mapping")
    assert figures(page)["Refused"] == "10 of 10"
    assert page.locator(".kept-lines tbody tr").count() == 10
    raw = page.locator(".raw code").all_inner_texts()
    assert "<b>no json</b>" in raw
    assert not any("hunter22" in text for text in raw)
    assert page.input_value("input[name='column:device']") == "gauge"

    page.click("[data-act=try]")
    page.wait_for_selector(".outcome >> text=Of 10 lines 0 would land")
    page.fill("input[name='column:device']", "dev")
    page.click("[data-act=try]")
    page.wait_for_selector(".outcome >> text=Of 10 lines 8 would land")
    assert "The device is not known" in page.inner_text(".outcome")
    assert re.search(r"device: dev\b", page.inner_text(".outcome pre"))
    assert figures(page)["Refused"] == "10 of 10", "a try changes nothing"

    page.click("[data-act=replay]")
    page.wait_for_selector(".outcome >> text=Of 10 lines 8 have landed")
    page.wait_for_selector(".figure-value >> text=2 of 10")
    screen.settle(page)
    assert page.locator(".kept-lines tbody tr").count() == 2
    assert figures(page)["Coverage"] == "2 of 2"
    assert page.locator(".reason b").all_inner_texts() == ["2", "1", "1"]
    page.click("[data-act=replay]")
    page.wait_for_selector(".outcome >> text=Of 2 lines 0 have landed")
    accepted = page.locator(".cell-feed_batches tbody tr td:nth-child(3)").all_inner_texts()
    assert sorted(accepted) == ["0", "8"]

    page.click(".cell-feed_devices tbody a >> nth=0")
    page.wait_for_url("**/networks/pushed/G*")
    screen.settle(page)
    assert "4 readings" in page.inner_text(".cell-device_readings")
    page.go_back()
    screen.settle(page)
    page.wait_for_selector("form.mapping")
    page.fill("input[name='column:device']", "dev")
    page.click(".reason >> text=Not a JSON object")
    page.wait_for_url("**reason=not_json**")
    page.wait_for_function("document.querySelectorAll('.kept-lines tbody tr').length === 1")
    assert page.input_value("input[name='column:device']") == "dev", "what was typed stays"
    assert (quay.home / "feeds.yaml").read_text("utf-8") == FEEDS, "the user's file is never written"


def test_a_device_on_the_map_leads_to_its_page(quay, visit):
    page = visit(f"{quay.url}/?lang=en&layers=iot")
    page.wait_for_function("jingwei.map.of('map').points.has('iot')")
    spot = page.evaluate(EXACTLY, [113.62, 34.72])
    page.mouse.move(*spot)
    page.wait_for_selector(".jw-tip >> text=Gauge")
    page.mouse.click(*spot)
    page.wait_for_url("**/networks/pushed/G1?**")
    screen.settle(page)
    assert "G1" in page.inner_text("h1, h2 >> nth=0")


@pytest.mark.parametrize("form", ["ndjson", "csv"])
def test_refused_lines_are_taken_away_as_a_file(quay, form):
    send(quay, [f'{{"token": "hunter22", "n": "{form}"}}', "=1+1"])
    with urllib.request.urlopen(f"{quay.url}/quarantine/pushed.{form}?window=30d", timeout=20) as answer:
        assert "attachment" in answer.headers["Content-Disposition"]
        text = answer.read().decode("utf-8-sig")
    assert "hunter22" not in text
    if form == "ndjson":
        rows = [json.loads(line) for line in text.splitlines()]
        assert {row["reason"] for row in rows} >= {"missing_field", "not_json"}
        assert all(row["zh"] and row["en"] and row["raw"] for row in rows)
    else:
        assert text.startswith("at,source,line,reason,zh,en,detail,raw")
        assert "'=1+1" in text


def test_who_was_turned_away_stands_among_the_tries(quay, visit):
    with pytest.raises(urllib.error.HTTPError):
        send(quay, ["{}"], "wrong")
    page = visit(f"{quay.url}/networks?lang=zh")
    page.wait_for_selector(".try.bad")
    assert "403" in page.inner_text(".try.bad") or "token" in page.inner_text(".try.bad")
    assert "HTTP 推送" in page.inner_text(".way")


@pytest.mark.parametrize("theme", ["night", "paper"])
def test_from_the_networks_to_a_device_and_back(server, visit, theme):
    page = visit(f"{server.url}/?lang=en&theme={theme}")
    screen.click(page, ".pages a >> text=Networks")
    assert page.locator("h1").inner_text() == "Networks"
    assert page.locator(".net-row").count() == 4
    assert page.locator(".feed-row").count() == 26
    assert page.locator(".feed-row .hours i").count() == 26 * 48
    screen.click(page, ".feed-name >> text=Waterlogging gauge")
    assert screen.address(page)[0] == "/networks/iot_waterlogging"
    assert "Waterlogging gauge" in page.inner_text("h1")
    assert page.locator(".gaps li").count() >= 1
    screen.click(page, ".cell-feed_devices tbody a >> nth=-1")
    code = page.inner_text("h1")
    assert screen.address(page)[0] == f"/networks/iot_waterlogging/{code}"
    assert page.locator(".cell-device_people .post").count() >= 3
    screen.click(page, ".segment >> text=7 d")
    assert screen.address(page)[1]["window"] == "7d"
    screen.back(page)
    screen.back(page)
    assert screen.address(page)[0] == "/networks/iot_waterlogging"
    screen.back(page)
    assert page.locator(".feed-row").count() == 26


def test_devices_are_narrowed_as_one_types(server, visit):
    page = visit(f"{server.url}/networks/iot_waterlogging?lang=zh")
    code = page.inner_text(".cell-feed_devices tbody tr:last-child a")
    page.fill(".list-filter input", code)
    page.wait_for_url(f"**match={code}**")
    page.wait_for_function("document.querySelectorAll('.cell-feed_devices tbody tr').length === 1")
    assert page.evaluate("document.activeElement.matches('.list-filter input')"), "the box keeps the focus"
    assert page.input_value(".list-filter input") == code


@pytest.mark.parametrize(("lang", "word"), [("zh", "没有名为"), ("en", "no feed called")])
def test_a_feed_or_device_that_there_is_not_is_told_with_what_is_near(server, visit, lang, word):
    page = visit(f"{server.url}/networks/iot_waterloging?lang={lang}")
    assert word in page.inner_text(".nothing-here h1")
    assert page.locator(".panel:visible").count() == 1
    screen.click(page, ".nothing-here li a >> nth=0")
    assert screen.address(page)[0] == "/networks/iot_waterlogging"
    page = visit(f"{server.url}/networks/iot_waterlogging/WL-00002?lang={lang}")
    assert page.locator(".nothing-here li a").count() > 1


def test_a_networks_page_of_a_unit_counts_its_devices(server, visit):
    page = visit(f"{server.url}/unit/410102?lang=en")
    screen.click(page, ".pages a >> text=Networks")
    assert screen.address(page)[1]["unit"] == "410102"
    of_unit = page.locator(".feed-row td:nth-child(8)").all_inner_texts()
    screen.click(page, ".crumbs a >> nth=0")
    assert screen.address(page)[0] == "/networks"
    whole = page.locator(".feed-row td:nth-child(8)").all_inner_texts()
    assert whole != of_unit
    assert "—" in whole
    assert not any(text.startswith("0 of 0") for text in [*whole, *of_unit])
