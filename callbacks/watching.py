"""What machines ask that watch over this one: whether it is well, and its figures for Prometheus."""

import json
import time
from collections.abc import Callable, Iterator

from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric

from data_access.city import City
from data_access.following import follow
from data_access.health import Health, release, stock, threads
from data_access.logs import REQUEST, request_id
from data_access.store.engine import embedded

BUCKETS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper edges of the answers' latency histogram, in seconds."""


def register(server: Flask, city: City) -> Callable[[str, str, float], None]:
    """Put ``/healthz`` and ``/metrics`` on the server, time its answers, and name the request in its logs.

    Returns what notes an answer that Flask did not give: by route, status and seconds. Neither names a person.
    A store on a server is watched for what other processes land in it.
    """
    registry = CollectorRegistry()
    registry.register(CityFigures(city))
    ProcessCollector(registry=registry)
    note = _time_answers(server, registry)
    health = Health(city)
    if not embedded(city.settings.store_url):
        follow(city)

    @server.get("/healthz")
    def healthz() -> Response:
        well, found = state(city, health)
        response = Response(json.dumps(found), 200 if well else 503, mimetype="application/json")
        response.headers["Cache-Control"] = "no-store"
        return response

    @server.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    return note


def state(city: City, health: Health) -> tuple[bool, dict]:
    """Whether both databases answer, and what is to be said of them and of the feeds.

    A silent feed is told and is no failure of this process.
    """
    answers = health.answers()
    found = {name: _told(answer.seconds, answer.wrong) for name, answer in answers.items()}
    at, feeds = time.time(), city.live.feeds()
    silent = sorted(key for key, s in feeds.items() if s.last_seen is not None and s.silent(at))
    never = sum(s.last_seen is None for s in feeds.values())
    found["feeds"] = {"known": len(feeds), "never_heard": never, "silent": silent}
    return not any(answer.wrong for answer in answers.values()), found


def _told(seconds: float | None, wrong: str) -> dict:
    return {"ok": False, "wrong": wrong} if wrong else {"ok": True, "ms": round(1000 * seconds, 1)}


def _time_answers(server: Flask, registry: CollectorRegistry) -> Callable[[str, str, float], None]:
    taken = Histogram(
        "jingwei_answer_seconds",
        "Answers by route and status",
        ("route", "status"),
        buckets=BUCKETS,
        registry=registry,
    )

    def note(route: str, status: str, seconds: float) -> None:
        taken.labels(route, status).observe(seconds)

    @server.before_request
    def begin() -> None:
        g.begun = time.perf_counter()
        number = request_id(request.headers.get("X-Request-ID", ""))
        g.named = REQUEST.set({"path": request.path, "request_id": number})

    @server.after_request
    def end(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "none"
        response.headers["X-Request-ID"] = REQUEST.get().get("request_id", "")
        note(route, str(response.status_code), time.perf_counter() - g.get("begun", 0.0))
        return response

    @server.teardown_request
    def forget(error: BaseException | None) -> None:
        if (named := g.pop("named", None)) is not None:
            REQUEST.reset(named)

    return note


class CityFigures:
    """The figures of an open city, read when they are asked for."""

    def __init__(self, city: City):
        self._city = city
        self._begun = time.time()

    def collect(self) -> Iterator[Metric]:
        """All of them, as Prometheus families."""
        moment, now = self._city.live.moment(), time.time()
        yield _gauge("data_version", "Data version: landed batches", moment.version)
        yield _gauge("moment_age_seconds", "Age of the moment that screens show", max(0.0, now - moment.at))
        yield _gauge("uptime_seconds", "How long the city has been open", now - self._begun)
        yield _gauge("threads", "Threads of the process, those of the engine included", threads())
        yield InfoMetricFamily("jingwei_build", "What runs here", value=release())
        yield from self._feeds(now)
        yield from self._tables()
        yield from self._caches()

    def describe(self) -> Iterator[Metric]:
        """Nothing ahead, so that registering asks nothing of the store."""
        return iter(())

    def _feeds(self, now: float) -> Iterator[Metric]:
        feeds, duplicates = self._city.live.feeds(), stock(self._city).duplicates
        heard = {key: s for key, s in feeds.items() if s.last_seen is not None}
        marked = {key: s.watermark for key, s in feeds.items() if s.watermark is not None}
        gauges = (
            ("last_seen_timestamp_seconds", "When it last spoke", {k: s.last_seen for k, s in heard.items()}),
            ("watermark_timestamp_seconds", "The newest event it told of", marked),
            ("lag_seconds", "Now less its watermark", {k: now - mark for k, mark in marked.items()}),
            ("interval_seconds", "How often it should speak", {k: s.feed.interval for k, s in feeds.items()}),
            ("silent", "1 when it is overdue or never spoke", {k: int(s.silent(now)) for k, s in feeds.items()}),
        )
        for name, help_, values in gauges:
            yield _by("feed", GaugeMetricFamily, f"feed_{name}", help_, values)
        counters = (
            ("accepted", "Rows taken in", {k: s.accepted for k, s in feeds.items()}),
            ("rejected", "Lines refused", {k: s.rejected for k, s in feeds.items()}),
            ("duplicates", "Rows that had been there before", {k: duplicates.get(k, 0) for k in feeds}),
        )
        for name, help_, values in counters:
            yield _by("feed", CounterMetricFamily, f"feed_{name}", help_, values)

    def _tables(self) -> Iterator[Metric]:
        sizes = stock(self._city).sizes
        rows, held = ({k: s[n] for k, s in sizes.items()} for n in (0, 1))
        yield _by("table", GaugeMetricFamily, "table_rows", "Rows of a table, not yet folded ones included", rows)
        yield _by("table", GaugeMetricFamily, "table_bytes", "Bytes of a table on disk", held)

    def _caches(self) -> Iterator[Metric]:
        uses = {"answers": self._city.cache.use(), "fixed": self._city.fixed.use()}
        figures = (
            (GaugeMetricFamily, "cache_entries", "Answers kept", "entries"),
            (GaugeMetricFamily, "cache_bytes", "Bytes of the answers kept, about", "held"),
            (CounterMetricFamily, "cache_hits", "Questions that found an answer", "hits"),
            (CounterMetricFamily, "cache_misses", "Questions that had to be worked out", "misses"),
        )
        for family, name, help_, field in figures:
            yield _by("cache", family, name, help_, {k: getattr(use, field) for k, use in uses.items()})


def _gauge(name: str, help_: str, value: float) -> Metric:
    return GaugeMetricFamily(f"jingwei_{name}", help_, value=value)


def _by(label: str, family: type[Metric], name: str, help_: str, values: dict[str, float]) -> Metric:
    made = family(f"jingwei_{name}", help_, labels=[label])
    for key, value in values.items():
        made.add_metric([key], value)
    return made
