"""Feeds that are polled, against real servers that fail in every way: all comes in, once."""

import time

import pytest
from cap_messages import info, message
from doors import opened, small_city
from feed_servers import GeoReport, Pages, SensorThings, days_ago, serving
from test_feeds_guides import AREA
from test_ingest_support import centre, spells

from data_access.errors import SettingsError
from data_access.lookup import last_readings, rejected
from ingest.adapters.cap import CapPoller
from ingest.adapters.open311 import Open311Poller
from ingest.adapters.sensorthings import SensorThingsPoller
from ingest.polling import Unfetched

LON, LAT = centre(0)
CASES = """
feeds:
  - key: requests
    title: Requests
    network: government
    interval: 1 min
    carries: case_step
    columns:
      id: service_request_id
      lon: long
      lat: lat
      type: {{column: service_code, map: {{a: "01"}}}}
      times: {{requested_datetime: reported, expected_datetime: due_at}}
      status:
        column: status
        at: updated_datetime
        steps: {{open: [], closed: [closed], reopened: [reopened]}}
    source: {{adapter: open311, url: {url}, {more}}}
"""
PLAIN = """
feeds:
  - key: {key}
    title: Feed
    network: iot
    interval: 1 min
    carries: {carries}
    source: {{adapter: {adapter}, {more}}}
"""


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    found = small_city(tmp_path_factory.mktemp("polled"))
    yield found
    found.close()


def request(number, days, **more):
    at = days_ago(days).isoformat()
    told = {"service_request_id": number, "service_code": "a", "status": "open", "long": LON, "lat": LAT}
    return told | {"requested_datetime": at, "updated_datetime": at} | more


def many(name, n, first=0.01, step=0.01):
    return [request(f"{name}-{i}", first + i * step) for i in range(n)]


class Cases:
    """A poller of requests on a server of its own."""

    def __init__(self, city, folder, url, more="days: 90"):
        intake, _, settings = opened(city, folder, CASES.format(url=url, more=more))
        self.poller = Open311Poller(intake, settings)
        self.city = city
        self.poller._newest = None

    def steps(self):
        before = self.city.store.counts()["case_step"]
        self.poller.once()
        return self.city.store.counts()["case_step"] - before


class TestOpen311:
    def test_a_full_answer_is_asked_for_in_halves(self, city, tmp_path):
        site = GeoReport(many("halves", 130), most=20)
        with serving(site) as url:
            cases = Cases(city, tmp_path, url, "most: 20")
            assert cases.steps() == 130
            assert cases.steps() == 0

    def test_a_thousand_at_most_as_the_standard_has_it(self, city, tmp_path):
        site = GeoReport(many("thousand", 1300, step=0.001))
        with serving(site) as url:
            assert Cases(city, tmp_path, url).steps() == 1300

    def test_pages(self, city, tmp_path):
        site = GeoReport(many("pages", 95), paged=True)
        with serving(site) as url:
            assert Cases(city, tmp_path, url, "page_size: 30, format: xml").steps() == 95
        with serving(GeoReport(many("flat", 50))) as url, pytest.raises(Unfetched, match="has no pages"):
            Cases(city, tmp_path, url, "page_size: 50").steps()

    def test_more_than_ninety_days_in_windows(self, city, tmp_path):
        site = GeoReport(many("old", 40, step=5))
        with serving(site) as url:
            assert Cases(city, tmp_path, url, "days: 365, window: 90").steps() == 40
        assert len(site.asked) == 5

    @pytest.mark.parametrize("fault", ["500", "429", "half", "hang"])
    def test_a_failure_loses_nothing(self, city, tmp_path, fault):
        site = GeoReport(many(f"f{fault}", 60, step=1))
        with serving(site) as url:
            cases = Cases(city, tmp_path, url)
            cases.poller._fetcher._timeout = 0.3
            site.fail, site.delay = ["", "", "", fault], 0.6
            with pytest.raises(Unfetched):
                cases.steps()
            assert cases.steps() > 0
            assert all(spells(city, f"f{fault}-{i}") for i in range(60))
            assert cases.steps() == 0

    def test_what_is_no_geo_report_is_kept_and_tried_again(self, city, tmp_path):
        site = GeoReport(many("page", 3))
        good = site.answer
        site.answer = lambda path, query: (200, "text/html", b"<html>Maintenance, page 7</html>")
        with serving(site) as url:
            cases = Cases(city, tmp_path, url)
            for _ in range(3):
                with pytest.raises(Unfetched, match="not a list of service requests"):
                    cases.steps()
            kept = [r for r in rejected(city, 1000) if "Maintenance, page 7" in r["raw"]]
            assert [(r["reason"], r["line"]) for r in kept] == [("unreadable", 1)], "once, however often"
            site.answer = good
            assert cases.steps() == 3

    def test_closing_reopening_closing(self, city, tmp_path):
        site = GeoReport([request("life", 5), request("newer", 0.1)])
        with serving(site) as url:
            cases = Cases(city, tmp_path, url)
            assert cases.steps() == 2
            site.put(service_request_id="life", status="closed", updated_datetime=days_ago(3).isoformat())
            assert cases.steps() == 0, "an old request that changed is not asked for each time"
            cases.poller._whole_at = 0
            assert cases.steps() == 1
            site.put(service_request_id="life", status="Open", updated_datetime=days_ago(2).isoformat())
            cases.poller._whole_at = 0
            assert cases.steps() == 1
            site.put(service_request_id="life", status="closed", updated_datetime=days_ago(1).isoformat())
            cases.poller._whole_at = 0
            assert cases.steps() == 1
        first, second = spells(city, "life")
        assert (len(first["trail"]), len(second["trail"])) == (2, 2)

    def test_a_server_that_knows_updates_is_asked_for_them(self, city, tmp_path):
        site = GeoReport(many("upd", 30, step=1), updates=True)
        with serving(site) as url:
            cases = Cases(city, tmp_path, url, "updated_after: yes, overlap: 10")
            assert cases.steps() == 30
            asked = len(site.asked)
            site.put(service_request_id="upd-20", status="closed", updated_datetime=days_ago(0).isoformat())
            assert cases.steps() == 1
            assert len(site.asked) == asked + 1
            assert "start_date" not in site.asked[-1][1]

    def test_another_process_goes_on_where_the_last_ended(self, city, tmp_path):
        site = GeoReport(many("again", 20), updates=True)
        with serving(site) as url:
            assert Cases(city, tmp_path, url, "updated_after: yes").steps() == 20
            intake, _, settings = opened(
                city, tmp_path, CASES.format(url=url, more="updated_after: yes, overlap: 30")
            )
            later = Open311Poller(intake, settings)
            before = city.store.counts()["case_step"]
            site.asked.clear()
            later.once()
            assert city.store.counts()["case_step"] == before
            assert len(site.asked) == 1, "one window, from the newest on"

    def test_a_wrong_key_is_an_error_that_hides_it(self, city, tmp_path, monkeypatch):
        monkeypatch.setenv("REQUESTS_KEY", "wrong")
        with serving(GeoReport([request("k", 1)], key="right")) as url:
            cases = Cases(city, tmp_path, url, "api_key_env: REQUESTS_KEY")
            with pytest.raises(Unfetched, match="403") as caught:
                cases.steps()
            assert "wrong" not in str(caught.value)
            monkeypatch.delenv("REQUESTS_KEY")
            with pytest.raises(SettingsError, match="REQUESTS_KEY is not set"):
                Cases(city, tmp_path, url, "api_key_env: REQUESTS_KEY")


NOW = int(time.time()) - 7200


def gauges(city, folder, url, more=""):
    text = PLAIN.format(key="gauges", carries="reading", adapter="sensorthings", more=f"url: {url}/v1.1{more}")
    intake, _, settings = opened(city, folder, text)
    return SensorThingsPoller(intake, settings)


def readings(city, poller):
    before = city.store.counts()["reading"]
    poller.once()
    return city.store.counts()["reading"] - before


class TestSensorThings:
    @pytest.mark.parametrize(("form", "device"), [("", "W0"), (", arrays: yes", "W1")])
    def test_pages_are_followed_to_the_end(self, city, tmp_path, form, device):
        site = SensorThings({"1": ("Pier", [(NOW + n, n) for n in range(250)])})
        with serving(site) as site.url:
            poller = gauges(city, tmp_path, site.url, f', devices: {{"1": {device}}}{form}')
            assert readings(city, poller) == 250
            assert len(site.asked) == 3
            site.streams["1"][1].append((NOW + 300, 7))
            assert readings(city, poller) == 1
            assert len(site.asked) == 4, "from the last reading on"

    def test_a_page_that_fails_is_asked_for_again(self, city, tmp_path):
        site = SensorThings({"1": ("Pier", [(NOW + n, n) for n in range(250)])})
        with serving(site) as site.url:
            poller = gauges(city, tmp_path, site.url, ', devices: {"1": W2}')
            site.fail = ["", "half"]
            with pytest.raises(Unfetched, match="cut short"):
                poller.once()
            assert last_readings(city, [3]) == {3: NOW + 99}, "what came before it is in"
            assert readings(city, poller) == 150

    def test_one_datastream_does_not_keep_the_others_back(self, city, tmp_path):
        site = SensorThings({"1": ("Pier", [(NOW, 1)]), "2": ("Lock", [(NOW - 50_000, 2)])})
        with serving(site) as site.url:
            poller = gauges(city, tmp_path, site.url, ", devices: {Pier: W3, Lock: W4}")
            site.fail = ["500"]
            with pytest.raises(Unfetched, match="500"):
                poller.once()
            assert last_readings(city, [4, 5]) == {5: NOW - 50_000}
            assert readings(city, poller) == 1, "and is not behind because they are ahead"

    def test_all_datastreams_by_their_names(self, city, tmp_path):
        site = SensorThings(
            {"1": ("W5", [(NOW, 1)]), "2": ("unknown", [(NOW, 2)]), "3": ("W6", [(NOW + 1, "wet")])}
        )
        with serving(site) as site.url:
            assert readings(city, gauges(city, tmp_path, site.url)) == 1
        kept = {r["reason"] for r in rejected(city, 20) if r["kind"] == "reading"}
        assert kept == {"unknown_device", "bad_value"}

    def test_links_to_other_hosts_are_not_followed(self, city, tmp_path):
        site = SensorThings({"1": ("W7", [(NOW + n, n) for n in range(150)])})
        with serving(site) as url:
            site.url = "http://metadata.example.org"
            with pytest.raises(Unfetched, match="another host"):
                gauges(city, tmp_path, url).once()


def alerts(city, folder, more):
    intake, _, settings = opened(
        city, folder, PLAIN.format(key="weather", carries="alert", adapter="cap", more=more)
    )
    return CapPoller(intake, settings)


def atom(*links):
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom">{"".join(f"<entry>{link}</entry>" for link in links)}</feed>'
    )


def to(path, more=""):
    return f'<link href="{path}" type="application/cap+xml"/>{more}'


class TestCap:
    def alert(self, name, **more):
        return message(name, NOW, info(area=AREA), **more)

    def test_a_document(self, city, tmp_path):
        site = Pages({"/alert.cap": self.alert("d1")})
        with serving(site) as url:
            poller = alerts(city, tmp_path, f"url: {url}/alert.cap")
            assert [poller.once() for _ in range(2)] == ["1 new", "unchanged"]
            site.documents["/alert.cap"] = self.alert("d2")
            assert poller.once() == "1 new"
            assert alerts(city, tmp_path, f"url: {url}/alert.cap").once() == "0 new", "after a restart"

    def test_a_feed_and_what_it_links_to(self, city, tmp_path):
        site = Pages({"/feed": atom(to("a.cap"), to("/gone.cap")), "/a.cap": self.alert("f1")})
        with serving(site) as url:
            poller = alerts(city, tmp_path, f"url: {url}/feed")
            told = poller.once()
            assert told.startswith("1 new, 1 not reached") and "404" in told
            with pytest.raises(Unfetched, match="404"):
                poller.once()
            site.documents["/gone.cap"] = self.alert("f2")
            assert [poller.once(), poller.once()] == ["1 new", "unchanged"]
            assert [path for path, _ in site.asked].count("/a.cap") == 1
            site.documents["/feed"] = atom(to("a.cap", "<updated>later</updated>"), to("/gone.cap"))
            site.documents["/a.cap"] = self.alert("f3")
            assert poller.once() == "1 new"

    def test_rss_and_alerts_as_text(self, city, tmp_path):
        escaped = self.alert("r2").replace("&", "&amp;").replace("<", "&lt;")
        items = f"<item><link>r1.cap</link></item><item><description>{escaped}</description></item>"
        site = Pages({"/rss": f"<rss><channel>{items}</channel></rss>", "/r1.cap": self.alert("r1")})
        with serving(site) as url:
            assert alerts(city, tmp_path, f"url: {url}/rss").once() == "2 new"

    def test_other_hosts_only_where_they_are_named(self, city, tmp_path):
        other = Pages({"/o.cap": self.alert("o1")})
        with serving(other) as there, serving(Pages({"/feed": atom(to(f"{there}/o.cap"))})) as url:
            with pytest.raises(Unfetched, match="on another host"):
                alerts(city, tmp_path, f"url: {url}/feed").once()
            assert other.asked == []
            named = f"url: {url}/feed, hosts: ['{there.removeprefix('http://')}']"
            assert alerts(city, tmp_path, named).once() == "1 new"

    def test_a_file_is_read_again_when_it_changes(self, city, tmp_path):
        path = tmp_path / "alert.cap"
        path.write_text(self.alert("p1"), "utf-8")
        poller = alerts(city, tmp_path, "file: alert.cap")
        assert [poller.once() for _ in range(2)] == ["1 new", "unchanged"]
        path.write_text(self.alert("p-two"), "utf-8")
        assert poller.once() == "1 new"
        path.unlink()
        with pytest.raises(Unfetched, match="No such file"):
            poller.once()

    def test_what_is_no_alert_is_kept_and_tried_again(self, city, tmp_path):
        site = Pages({"/alert.cap": '<!DOCTYPE a [<!ENTITY b "c">]><alert>&b;</alert>'})
        with serving(site) as url:
            poller = alerts(city, tmp_path, f"url: {url}/alert.cap")
            for _ in range(2):
                with pytest.raises(Exception, match="document type"):
                    poller.once()
            kept = [r for r in rejected(city, 1000) if "DOCTYPE" in r["raw"]]
            assert [r["reason"] for r in kept] == ["unreadable"]
            site.documents["/alert.cap"] = self.alert("good")
            assert poller.once() == "1 new"
