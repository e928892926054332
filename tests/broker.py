"""A real Mosquitto for tests: on a free port, keeping what it has in a folder, ended and begun again at will."""

import shutil
import signal
import socket
import subprocess
import time

from paho.mqtt.client import Client, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion

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


def sender(port, name="sender"):
    """A client that publishes, its loop running."""
    client = Client(CallbackAPIVersion.VERSION2, name, protocol=MQTTv311, clean_session=False)
    client.reconnect_delay_set(1, 1)
    client.connect("127.0.0.1", port)
    client.loop_start()
    return client


def deliver(client, topic, payloads, window=20):
    """Publish all, a few at a time, each again until the broker has confirmed it."""
    left = list(payloads)
    while left:
        sent = [(payload, client.publish(topic, payload, qos=1)) for payload in left[:window]]
        left = [payload for payload, one in sent if not confirmed(one)] + left[window:]


def confirmed(one):
    try:
        one.wait_for_publish(5)
        return one.is_published()
    except (RuntimeError, ValueError):
        time.sleep(0.1)
        return False


def within(seconds, true):
    """Waits until `true()` holds, at most so long; returns whether it does."""
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True
