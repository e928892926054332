"""A real Mosquitto for tests: on a free port, keeping what it has in a folder, ended and begun again at will."""

import shutil
import signal
import socket
import subprocess
import time
from concurrent.futures import Future
from functools import partial

from paho.mqtt.client import Client, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion

from ingest.mqttloop import MqttLoop

# As root it would become another user, who may not write into the folder.
CONFIG = """\
listener {port} 127.0.0.1
allow_anonymous {open}
persistence true
persistence_location {folder}/
max_queued_messages 100000
user root
{more}
"""

PATIENCE = 5
"""Seconds in which a broker confirms a message."""


class Broker:
    """The broker, running."""

    def __init__(self, folder, port=None, more="", anonymous=True):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = port or probe.getsockname()[1]
        self._config = folder / "mosquitto.conf"
        told = {"port": self.port, "folder": folder, "more": more, "open": str(anonymous).lower()}
        self._config.write_text(CONFIG.format(**told))
        self.url = f"mqtt://127.0.0.1:{self.port}"
        self.start()

    def start(self):
        program = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
        assert program, "mosquitto is missing: run deploy/broker.sh"
        self._process = subprocess.Popen(
            [program, "-c", str(self._config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                assert self._process.poll() is None, "the broker ended"
                assert time.monotonic() < until, "the broker does not answer"
                time.sleep(0.02)

    def stop(self):
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(20)


class Sender:
    """Publishes, in a loop that a process with many open files may run."""

    def __init__(self, port, name="sender"):
        self._client = Client(CallbackAPIVersion.VERSION2, name, protocol=MQTTv311, clean_session=False)
        connect = partial(self._client.connect, "127.0.0.1", port)
        self._loop = MqttLoop(self._client, connect, lambda why: None, name)
        self._loop.start()

    def publish(self, topic, payload):
        """Begin to send a message; what comes of it is awaited in `confirmed`."""
        begun = Future()
        self._loop.soon(lambda: begun.set_result(self._client.publish(topic, payload, qos=1)))
        return begun

    def deliver(self, topic, payloads, window=20):
        """Publish all, a few at a time, each again until the broker has confirmed it."""
        left = list(payloads)
        while left:
            sent = [(payload, self.publish(topic, payload)) for payload in left[:window]]
            until = time.monotonic() + PATIENCE
            left = [payload for payload, one in sent if not confirmed(one, until)] + left[window:]

    def stop(self):
        self._loop.stop()


def confirmed(begun, until=None):
    """Whether the broker has confirmed a message by the time `until`, or within PATIENCE."""
    until = until or time.monotonic() + PATIENCE
    try:
        one = begun.result(max(0, until - time.monotonic()))
        one.wait_for_publish(max(0, until - time.monotonic()))
        return one.is_published()
    except (RuntimeError, ValueError, TimeoutError):
        return False


def within(seconds, true):
    """Waits until `true()` holds, at most so long; returns whether it does."""
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True
