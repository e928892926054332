"""Feeds by MQTT: a session that the broker keeps, messages acknowledged only once the store has them."""

import hashlib
import logging
import queue
import ssl
import threading
import time
from functools import partial
from typing import Annotated, Literal
from urllib.parse import urlsplit

from paho.mqtt.client import Client, ConnectFlags, MQTTMessage, MQTTv5, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from pydantic import AfterValidator, BeforeValidator, Field

from data_access.errors import SettingsError
from data_access.troubles import BROKER
from data_access.words import T
from ingest.adapters import Adapter
from ingest.cityparts import FilePath, Part, listed
from ingest.fields import Number
from ingest.intake import Intake
from ingest.messages import TOPIC, Message, taken_apart
from ingest.mqttloop import FIRST_PAUSE, LONGEST_PAUSE, MqttLoop
from ingest.secret import Variable, secret
from ingest.tries import Tries

log = logging.getLogger(__name__)

QUIET = 0.05
"""Seconds without a message after which a 3.1.1 batch is closed: such brokers wait for acknowledgements."""
UNDER_WAY = 65_535
"""How many messages the broker may send before the first of them is acknowledged."""
KEPT_FOR = 7 * 86_400
"""Seconds that a broker is asked to keep the session of a client that is away."""


def _known_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname or parts.path not in ("", "/"):
        raise ValueError("is no address such as mqtt://broker:1883, or mqtts://broker:8883 with TLS")
    if parts.username or parts.password:
        raise ValueError("names are given as `username`, passwords by `password_env`, not in the address")
    return url


class MqttSource(Part):
    """`client_id` names the session at the broker: fixed, and another for each server.

    `ca`, `certificate` and `private_key` are files in PEM, for mqtts; without `ca` the system's are trusted.
    `most` messages, or those of `within` seconds, are a batch.
    """

    url: Annotated[str, AfterValidator(_known_url)]
    topic: Annotated[tuple[str, ...], BeforeValidator(listed), Field(min_length=1)]
    client_id: str = Field("", max_length=100)
    username: str | None = None
    password_env: Variable | None = None
    ca: FilePath | None = None
    certificate: FilePath | None = None
    private_key: FilePath | None = None
    version: Literal["5", "3.1.1"] = "5"
    keepalive: int = Field(30, ge=5, le=3600)
    most: int = Field(2000, ge=1, le=20_000)
    within: Number = Field(0.5, gt=0, le=60)


class Subscription:
    """A connection that gathers messages into batches and hands those on, in a thread of its own."""

    def __init__(self, intake: Intake, source: MqttSource):
        self.tries = Tries()
        self._intake, self._source = intake, source
        self._turn = 0
        self._messages: queue.Queue[Message] = queue.Queue()
        self._stop = threading.Event()
        self._client = self._made()
        self._loop = MqttLoop(
            self._client, self._connect, lambda why: self._away("connect", why), f"mqtt-line-{intake.key}"
        )
        self._thread = threading.Thread(target=self._run, name=f"mqtt-{intake.key}", daemon=True)

    def start(self) -> "Subscription":
        """Begin; a broker that is away is tried again and again. Returns itself."""
        self._loop.start()
        self._thread.start()
        return self

    def stop(self) -> None:
        """End after the batch at hand; what is not acknowledged the broker sends again."""
        self._stop.set()
        self._thread.join(30)
        self._loop.stop()

    def _connect(self) -> None:
        parts = urlsplit(self._source.url)
        port = parts.port or (8883 if parts.scheme == "mqtts" else 1883)
        more = {"clean_start": False, "properties": self._session()} if self._source.version == "5" else {}
        self._client.connect(parts.hostname, port, self._source.keepalive, **more)

    def _made(self) -> Client:
        source, key = self._source, self._intake.key
        name = source.client_id or f"jingwei-{self._intake.city.profile.key}-{key}"
        kept = {} if source.version == "5" else {"clean_session": False}
        version = MQTTv5 if source.version == "5" else MQTTv311
        client = Client(CallbackAPIVersion.VERSION2, name, protocol=version, manual_ack=True, **kept)
        if source.username is not None:
            variable = source.password_env
            client.username_pw_set(
                source.username, secret(variable, f"the password of the feed {key!r}") if variable else None
            )
        if urlsplit(source.url).scheme == "mqtts":
            files = (source.ca, source.certificate, source.private_key)
            try:
                client.tls_set(*(str(f) if f else None for f in files), tls_version=ssl.PROTOCOL_TLS_CLIENT)
            except (OSError, ValueError) as error:
                raise SettingsError(f"The files of TLS of the feed {key!r} cannot be used: {error}") from error
        client.on_connect, client.on_disconnect = self._connected, self._lost
        client.on_subscribe = self._subscribed
        client.on_message = self._heard
        return client

    def _session(self) -> Properties:
        wanted = Properties(PacketTypes.CONNECT)
        wanted.SessionExpiryInterval = KEPT_FOR
        wanted.ReceiveMaximum = UNDER_WAY
        return wanted

    def _connected(
        self, client: Client, data: object, flags: ConnectFlags, reason: ReasonCode, told: object
    ) -> None:
        if reason.is_failure:
            self._away("connect", str(reason))
            log.error("The broker of the feed %s refuses: %s", self._intake.key, reason)
            return
        client.subscribe([(topic, 1) for topic in self._source.topic])

    def _subscribed(self, client: Client, data: object, mid: int, reasons: list[ReasonCode], told: object) -> None:
        refused = [f"{t}: {r}" for t, r in zip(self._source.topic, reasons, strict=False) if r.is_failure]
        if refused:
            self._away("subscribe", "; ".join(refused))
            log.error("The broker of the feed %s refuses to send %s", self._intake.key, "; ".join(refused))
            return
        self.tries.note("connect")
        self._intake.city.troubles.end(BROKER + self._intake.key)

    def _lost(self, client: Client, data: object, flags: object, reason: ReasonCode, told: object) -> None:
        # What was not acknowledged comes again and is then a duplicate. It is taken all the same: a broker that
        # keeps nothing on disk has forgotten it by now.
        self._turn += 1
        if reason.is_failure:
            self._away("disconnect", str(reason))

    def _away(self, what: str, why: str) -> None:
        self.tries.note(what, why)
        self._intake.city.troubles.begin(BROKER + self._intake.key, why)

    def _heard(self, client: Client, data: object, message: MQTTMessage) -> None:
        if message.qos == 0:
            log.debug("A message of the feed %s came without a promise.", self._intake.key)
        self._messages.put(Message(self._turn, message.mid, message.topic, message.payload))

    def _run(self) -> None:
        while not self._stop.is_set():
            batch = self.gathered()
            if batch:
                self._hand_on(batch)

    def gathered(self) -> list[Message]:
        """The next messages that are a batch; none when none came for a while."""
        batch: list[Message] = []
        until = time.monotonic() + self._source.within
        while len(batch) < self._source.most:
            left = until - time.monotonic()
            if batch and self._source.version != "5":
                left = min(left, QUIET)
            try:
                message = self._messages.get(timeout=max(left, 0.001))
            except queue.Empty:
                break
            if not batch:
                until = time.monotonic() + self._source.within
            batch.append(message)
        return batch

    def _hand_on(self, batch: list[Message]) -> None:
        """Take in a batch, again and again until the store has it, then acknowledge it."""
        pause = FIRST_PAUSE
        while True:
            try:
                self.take(batch)
                break
            except Exception as error:
                self.tries.note("take", str(error))
                log.warning("A batch of the feed %s waits %.0f s: %s", self._intake.key, pause, error)
                if self._stop.wait(pause):
                    return
                pause = min(2 * pause, LONGEST_PAUSE)
        self._loop.soon(partial(self._acknowledge, batch))
        self.tries.note(f"take {len(batch)} messages")

    def _acknowledge(self, batch: list[Message]) -> None:
        for message in batch:
            if message.turn == self._turn:
                self._client.ack(message.mid, 1)

    def take(self, batch: list[Message]) -> None:
        """Take in a batch: by columns where every message is plainly one object. Raises StoreFailed."""
        texts = [message.payload.strip() for message in batch]
        content = hashlib.sha256(b"\0".join(part for m in batch for part in (m.topic.encode(), m.payload)))
        token = f"messages:{content.hexdigest()[:32]}"
        plain = all(text[:1] == b"{" and text[-1:] == b"}" and b"\n" not in text for text in texts)
        if plain and self._intake.definition.format == "ndjson" and not self._reads_topics():
            self._intake.take(b"\n".join(texts), token, "mqtt")
        else:
            self._intake.take_rows(taken_apart(self._intake.definition, batch), token, "mqtt")

    def _reads_topics(self) -> bool:
        return TOPIC in self._intake.definition.model_dump_json(include={"columns"})


def start(intake: Intake, source: MqttSource) -> Subscription:
    """Begin to listen. Raises SettingsError when the password is not set, or a file of TLS cannot be used."""
    return Subscription(intake, source).start()


ADAPTER = Adapter(
    key="mqtt",
    title=T("MQTT", "MQTT"),
    help=T(
        "订阅消息，入库之后才确认；断线期间的消息由代理保留",
        "Subscribes to topics; a message is acknowledged once the store has it, and the broker keeps the others",
    ),
    settings=MqttSource,
    start=start,
)
