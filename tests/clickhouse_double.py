"""A stand-in for a ClickHouse server: its HTTP interface as clickhouse-connect asks it, on the embedded engine.

``python tests/clickhouse_double.py FOLDER USER PASSWORD DATABASE [CONFIG]`` prints its port when it is ready, and
answers until its standard input is closed; `DOUBLE_PORT` is the port, else a free one. Every request has a session
of its own. What it does not have: TLS, compressed answers, external data, sessions that last.
"""

import base64
import gzip
import json
import os
import re
import sys
import tempfile
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlsplit

import chdb

OF_TRANSPORT = {
    "buffer_size",
    "client_protocol_version",
    "compress",
    "database",
    "decompress",
    "default_format",
    "enable_http_compression",
    "http_headers_progress_interval_ms",
    "password",
    "query",
    "query_id",
    "quota_key",
    "role",
    "send_progress_in_http_headers",
    "session_check",
    "session_id",
    "session_timeout",
    "user",
    "wait_end_of_query",
}
"""Parameters that are no settings of the query."""
INSERT = re.compile(r"\s*INSERT\s+INTO\s+(.+?)\s+FORMAT\s+(\w+)\s*$", re.IGNORECASE | re.DOTALL)
ANSWERS = re.compile(r"\s*(SELECT|WITH|SHOW|DESC|EXISTS|EXPLAIN|BACKUP|RESTORE)", re.IGNORECASE)
FORMAT = re.compile(r"\bFORMAT\s+(\w+)\s*;?\s*$", re.IGNORECASE)
CODE = re.compile(r"Code: (\d+)")
WRONG_PASSWORD = 516
NOT_FOUND = {"60", "81"}


class Refused(Exception):
    """What the engine said of a statement, with its code."""

    def __init__(self, message):
        super().__init__(message[message.find("Code: ") :] if "Code: " in message else f"Code: 1. {message}")
        self.code = CODE.search(str(self))[1]


class Double(ThreadingHTTPServer):
    """The server; `path` is the engine's folder."""

    daemon_threads = True

    def __init__(self, path, user, password, database, config=""):
        super().__init__(("127.0.0.1", int(os.environ.get("DOUBLE_PORT", "0"))), Request)
        self.engine = f"{path}?backups.allowed_path=%2F" + (
            f"&config-file={quote(str(config), '')}" if config else ""
        )
        self.secret = base64.b64encode(f"{user}:{password}".encode()).decode()
        self.held = chdb.connect(self.engine)
        self.held.query(f"CREATE DATABASE IF NOT EXISTS {database}")
        self.zone = self.held.query("SELECT timezone()", "TabSeparated").bytes().decode().strip()
        self.opening = threading.Lock()

    def ask(self, sql, settings, database, kind, params):
        """The answer's bytes, rows read and written; one session for it."""
        with self.opening:
            session = chdb.connect(self.engine)
        try:
            if database:
                session.query(f"USE {database}")
            for name, value in settings.items():
                session.query(f"SET {name} = {_literal(value)}")
            answer = session.query(sql, kind, params=params)
            return answer.bytes() or b"", answer.rows_read()
        except Exception as error:
            raise Refused(str(error)) from error
        finally:
            session.close()


class Request(BaseHTTPRequestHandler):
    """One request: the statement in ``query``, in the body, or begun in the one and ended in the other."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        pass

    def do_GET(self):
        if urlsplit(self.path).path == "/ping":
            return self._answer(200, b"Ok.\n", {})
        return self.do_POST()

    def do_POST(self):
        given = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        body = self._body()
        if not self._known():
            text = f"Code: {WRONG_PASSWORD}. DB::Exception: Authentication failed. (AUTHENTICATION_FAILED)"
            return self._answer(403, text.encode(), {"X-ClickHouse-Exception-Code": str(WRONG_PASSWORD)})
        number = given.get("query_id") or str(uuid.uuid4())
        told = {"X-ClickHouse-Query-Id": number, "X-ClickHouse-Timezone": self.server.zone}
        try:
            answer, more = self._run(given, body)
            return self._answer(200, answer, told | more)
        except Refused as error:
            status = 404 if error.code in NOT_FOUND else 500
            return self._answer(status, str(error).encode(), told | {"X-ClickHouse-Exception-Code": error.code})

    def _run(self, given, body):
        sql, data = given.get("query", ""), body
        if not sql:
            head, _, rest = body.partition(b"\n")
            insert = INSERT.match(head.decode("utf-8", "replace"))
            sql, data = (head.decode(), rest) if insert else (body.decode(), b"")
        settings = {k: v for k, v in given.items() if k not in OF_TRANSPORT and not k.startswith("param_")}
        params = {k[6:]: v for k, v in given.items() if k.startswith("param_")}
        database = given.get("database") or self.headers.get("X-ClickHouse-Database")
        if (insert := INSERT.match(sql)) and data:
            return self._insert(insert, data, settings, database)
        if data:
            sql = f"{sql}\n{data.decode()}"
        kind = given.get("default_format", "TabSeparated")
        answer, read = self.server.ask(sql, settings, database, kind, params)
        named = FORMAT.search(sql)
        more = {"X-ClickHouse-Format": named[1] if named else kind} if ANSWERS.match(sql) else {}
        return answer, more | {"X-ClickHouse-Summary": _summary(read, 0)}

    def _insert(self, insert, data, settings, database):
        with tempfile.NamedTemporaryFile(suffix=".insert") as file:
            file.write(data)
            file.flush()
            sql = f"INSERT INTO {insert[1]} FROM INFILE {_literal(file.name)} FORMAT {insert[2]}"
            _, read = self.server.ask(sql, settings, database, "TabSeparated", {})
        return b"", {"X-ClickHouse-Summary": _summary(read, read)}

    def _known(self):
        scheme, _, secret = self.headers.get("Authorization", "").partition(" ")
        return scheme == "Basic" and secret == self.server.secret

    def _body(self):
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            parts = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            body = b"".join(parts)
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        return _unpacked(body, self.headers.get("Content-Encoding", ""))

    def _answer(self, status, body, headers):
        self.send_response(status)
        self.send_header("X-ClickHouse-Server-Display-Name", "double")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _unpacked(body, encoding):
    if encoding == "gzip":
        return gzip.decompress(body)
    if encoding == "lz4":
        import lz4.frame

        return lz4.frame.decompress(body)
    if encoding == "zstd":
        from backports import zstd

        return zstd.decompress(body)
    return body


def _literal(value):
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _summary(read, written):
    return json.dumps({"read_rows": str(read), "written_rows": str(written), "result_rows": str(read)})


def main():
    """Serve until standard input is closed."""
    folder, *others = sys.argv[1:]
    server = Double(Path(folder).absolute(), *others)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()
    server.shutdown()


if __name__ == "__main__":
    main()
