"""Real receivers of reports: a mail server and an HTTP server, each on a free port."""

import email
import email.policy
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult


class Mailbox:
    """What a mail server took; it refuses who is at ``full.example``, and tells a wrong password in its answer."""

    def __init__(self):
        self.mails, self.users = [], []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address.endswith("full.example"):
            return "552 5.2.2 the mailbox is full"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.mails.append(
            (envelope.rcpt_tos, email.message_from_bytes(envelope.content, policy=email.policy.default))
        )
        return "250 taken"

    def authenticated(self, server, session, envelope, mechanism, data):
        self.users.append(data.login.decode())
        good = data.password == b"s3cret-of-mails"
        return AuthResult(
            success=good, handled=good, message=None if good else f"535 5.7.8 wrong: {data.password.decode()}"
        )


@contextmanager
def mail_server(tls=None, port=0):
    """A mail server; with `tls`, an ssl context, it wants STARTTLS and signing in. Gives its mailbox and port."""
    box = Mailbox()
    more = {"tls_context": tls, "require_starttls": True, "auth_required": True} if tls else {}
    more |= {"authenticator": box.authenticated} if tls else {}

    class Server(Controller):
        def factory(self):
            return SMTP(box, enable_SMTPUTF8=False, **more)

    running = Server(box, hostname="127.0.0.1", port=port or free_port())
    running.start()
    try:
        yield box, running.port
    finally:
        running.stop()


def free_port():
    """A port that nothing listens at."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def certificate(folder):
    """A certificate for 127.0.0.1 and its key, made by openssl."""
    cert, key = folder / "cert.pem", folder / "key.pem"
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", str(key)]
    subprocess.run([*made, "-out", str(cert), *names], check=True, capture_output=True, timeout=60)
    return cert, key


class Posted(list):
    """What was posted, as (headers, body); `answers` are the statuses to come, 200 once they are used up."""

    def __init__(self):
        super().__init__()
        self.answers, self.url = [], ""


@contextmanager
def web_server():
    """An HTTP server that takes what is posted; gives what it got, and the address to post to."""
    got = Posted()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):  # noqa: N802
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((dict(self.headers), body))
            status = got.answers.pop(0) if got.answers else 200
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"{got.url}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *told):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    got.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield got
    finally:
        server.shutdown()
        server.server_close()
