"""Small real HTTP servers of the kinds that are polled, serving from memory, and failing when they are told to."""

import json
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class Site:
    """Answers GET by `answer(path, query) -> (status, type, body)`; `fail` says how the next answers go wrong."""

    def __init__(self):
        self.asked, self.fail, self.delay = [], [], 0.0

    def answer(self, path, query):
        raise NotImplementedError

    def reply(self, handler):
        parts = urlsplit(handler.path)
        query = {k: v[0] for k, v in parse_qs(parts.query, keep_blank_values=True).items()}
        self.asked.append((parts.path, query))
        fault = self.fail.pop(0) if self.fail else ""
        if fault == "hang":
            time.sleep(self.delay)
            return
        if fault.isdigit():
            handler.send_response(int(fault))
            handler.send_header("Retry-After", "7")
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return
        status, kind, body = self.answer(parts.path, query)
        tag = f'"{sha256(body).hexdigest()[:12]}"'
        if handler.headers.get("If-None-Match") == tag:
            status, body = 304, b""
        handler.send_response(status)
        handler.send_header("ETag", tag)
        handler.send_header("Content-Type", kind)
        if status != 304:
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[: len(body) // 2] if fault == "half" else body)
        if fault == "half":
            handler.close_connection = True


@contextmanager
def serving(site):
    """The address of a site while it is served."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):  # noqa: N802
            site.reply(self)

        def log_message(self, *told):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def instant(text):
    return datetime.fromisoformat(text).timestamp()


def iso(at):
    return datetime.fromtimestamp(at, UTC).isoformat()


class Pages(Site):
    """Documents by path."""

    def __init__(self, documents=()):
        super().__init__()
        self.documents = dict(documents)

    def answer(self, path, query):
        if path not in self.documents:
            return 404, "text/plain", b"none"
        body = self.documents[path]
        return 200, "application/xml", body.encode() if isinstance(body, str) else body


class GeoReport(Site):
    """A GeoReport v2 server: 90 days at most and by default, `most` requests an answer, pages or none."""

    def __init__(self, requests=(), most=1000, paged=False, updates=False, key=""):
        super().__init__()
        self.requests = {r["service_request_id"]: r for r in requests}
        self.most, self.paged, self.updates, self.key = most, paged, updates, key

    def put(self, **request):
        """Add a request, or change what is said of it."""
        known = self.requests.get(request["service_request_id"], {})
        self.requests[request["service_request_id"]] = known | request

    def answer(self, path, query):
        form = path.rpartition(".")[2]
        if self.key and query.get("api_key") != self.key:
            return self._written(form, [{"code": 403, "description": "api_key is not valid"}], 403)
        found = self._found(query)
        if self.paged:
            size, page = int(query.get("page_size", 50)), int(query.get("page", 1))
            found = found[(page - 1) * size : page * size]
        return self._written(form, found[: self.most])

    def _found(self, query):
        field, names = "requested_datetime", ("start_date", "end_date")
        if self.updates and "updated_after" in query:
            field, names = "updated_datetime", ("updated_after", "updated_before")
        end = instant(query[names[1]]) if names[1] in query else time.time()
        begin = instant(query[names[0]]) if names[0] in query else end - 90 * 86400
        begin = max(begin, end - 90 * 86400)
        found = [r for r in self.requests.values() if begin <= instant(r[field]) <= end]
        return sorted(found, key=lambda r: instant(r[field]), reverse=True)

    def _written(self, form, found, status=200):
        if form == "json":
            return status, "application/json", json.dumps(found).encode()
        inner = "".join(
            "<request>" + "".join(f"<{k}>{v}</{k}>" for k, v in r.items() if v is not None) + "</request>"
            for r in found
        )
        return status, "text/xml", f'<?xml version="1.0"?><service_requests>{inner}</service_requests>'.encode()


class SensorThings(Site):
    """A SensorThings service with datastreams {id: (name, [(epoch second, result)])}."""

    def __init__(self, streams, page=100):
        super().__init__()
        self.streams, self.page, self.url = streams, page, ""

    def answer(self, path, query):
        wanted = self._wanted(path, query.get("$filter", ""))
        since = instant(query["$filter"].rpartition("phenomenonTime gt ")[2])
        found = [(at, s, r) for s in wanted for at, r in self.streams[s][1] if at > since]
        found.sort(key=lambda entry: entry[:2])
        skip = int(query.get("$skip", 0))
        size = min(self.page, int(query["$top"]))
        part = found[skip : skip + size]
        body = {"value": self._arrays(part) if "$resultFormat" in query else [self._one(*e) for e in part]}
        if skip + size < len(found):
            more = "&".join(f"{k}={v.replace(' ', '%20')}" for k, v in query.items() if k != "$skip")
            body["@iot.nextLink"] = f"{self.url}{path}?{more}&$skip={skip + size}"
        return 200, "application/json", json.dumps(body).encode()

    def _wanted(self, path, limit):
        if "Datastreams(" in path:
            return [path.partition("(")[2].partition(")")[0]]
        if "Datastream/name eq" in limit:
            return [s for s, (name, _) in self.streams.items() if f"eq '{name}'" in limit]
        return list(self.streams)

    def _one(self, at, stream, result):
        return {
            "@iot.id": int(at),
            "phenomenonTime": iso(at).replace("+00:00", "Z"),
            "result": result,
            "Datastream": {"@iot.id": int(stream), "name": self.streams[stream][0]},
        }

    def _arrays(self, part):
        groups = {}
        for at, stream, result in part:
            groups.setdefault(stream, []).append([int(at), iso(at), result])
        return [
            {
                "Datastream@iot.navigationLink": f"{self.url}/v1.1/Datastreams({stream})",
                "components": ["id", "phenomenonTime", "result"],
                "dataArray@iot.count": len(values),
                "dataArray": values,
            }
            for stream, values in groups.items()
        ]


def days_ago(days):
    return (datetime.now(UTC) - timedelta(days=days)).replace(microsecond=0)
