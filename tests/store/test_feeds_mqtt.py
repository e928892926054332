"""Messages by MQTT from a real broker: in the store once, whatever is restarted; acknowledged not before."""

import json
import os
import subprocess
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest
from broker import Broker, Sender, confirmed, within
from feeds import WATER, written
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode
from sqlalchemy import func, select
from test_ingest_support import NOW, plan

from data_access.build import build
from data_access.errors import SettingsError, StoreFailed
from data_access.opening import open_city
from data_access.settings import Settings
from data_access.store.tables import reading
from ingest.adapters.mqtt import MqttSource, Subscription
from ingest.feedfile import read_feeds
from ingest.intake import Intake
from ingest.messages import Message, taken_apart
from ingest.service import Service

MANY = 3500
"""Messages, more than a broker hands on before it is stopped."""
SOURCE = "{{adapter: mqtt, url: '{url}', topic: 'city/water/#', within: 0.2{more}}}"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    made = tmp_path_factory.mktemp("mqtt")
    build(Settings(home=made), plan())
    return made


@pytest.fixture
def broker(tmp_path):
    made = Broker(tmp_path)
    yield made
    made.stop()


@pytest.fixture
def held(home, tmp_path, broker):
    """The city, and a way to make subscriptions to the broker; all are stopped afterwards."""
    city, made = None, []

    def subscribe(**more):
        nonlocal city
        told = "".join(f", {k}: {json.dumps(v)}" for k, v in more.items())
        text = WATER.replace("{adapter: http, token_env: WATER_TOKEN}", SOURCE.format(url=broker.url, more=told))
        (definition,) = read_feeds(written(tmp_path, text))
        city = city or open_city(Settings(home=home), feeds=(definition.feed,))
        made.append(Subscription(Intake(city, definition), definition.source).start())
        assert within(60, lambda: made[-1].tries.last()), "it does not connect"
        return city, made[-1]

    yield subscribe
    for subscription in made:
        subscription.stop()
    if city:
        city.close()


def stored(city, device):
    r = reading.c
    statement = select(func.count().label("n"), func.uniqExact(r.at).label("u")).where(r.device == device)
    (row,) = city.store.rows(statement)
    return row["n"], row["u"]


def line(device, k):
    return json.dumps({"device": device, "at": NOW - 80_000 + k, "value": k % 50})


@pytest.mark.parametrize(("version", "device"), [("5", 2), ("3.1.1", 3)])
def test_a_broker_that_is_restarted_loses_and_doubles_nothing(held, broker, version, device):
    city, subscription = held(version=version, most=100, client_id=f"restart-{version}")
    client = Sender(broker.port)
    lines = [line(f"W{device - 1}", k) for k in range(MANY)]
    sending = threading.Thread(target=client.deliver, args=("city/water/1", lines))
    sending.start()
    assert within(20, lambda: stored(city, device)[0] > 300)
    broker.stop()
    assert sending.is_alive(), "it was in the middle"
    assert within(10, lambda: any(tried.error for tried in subscription.tries.last())), "the break is noted"
    assert stored(city, device)[0] < MANY
    broker.start()
    sending.join(40)
    assert within(30, lambda: stored(city, device)[1] == MANY), stored(city, device)
    assert stored(city, device) == (MANY, MANY)
    client.stop()


def test_nothing_is_acknowledged_while_the_store_refuses(held, broker, monkeypatch):
    city, first = held(client_id="refused")
    client = Sender(broker.port)
    refused = []

    def full(self, table, rows, token=None):
        refused.append(table)
        raise StoreFailed("full")

    with monkeypatch.context() as patch:
        patch.setattr(type(city.store), "insert", full)
        for k in range(20):
            assert confirmed(client.publish("city/water/1", line("W4", k)))
        assert within(60, lambda: len(refused) > 1), "it is tried again"
        assert "full" in first.tries.last()[-1].error
        first.stop()
        assert stored(city, 5) == (0, 0)
    # Another process takes up the session: the broker still has every message.
    held(client_id="refused")
    assert within(20, lambda: stored(city, 5) == (20, 20)), stored(city, 5)
    client.stop()


def test_what_comes_while_nobody_listens_is_kept(held, broker):
    city, first = held(client_id="away")
    first.stop()
    client = Sender(broker.port)
    for k in range(30):
        assert confirmed(client.publish("city/water/1", line("W5", k)))
    held(client_id="away")
    assert within(20, lambda: stored(city, 6) == (30, 30)), stored(city, 6)
    client.stop()


def test_a_server_with_more_files_open_than_select_can_number_listens(held, broker):
    client = Sender(broker.port)
    with ExitStack() as many:
        while many.enter_context(Path(os.devnull).open()).fileno() < 1024:
            pass
        city, subscription = held(client_id="many")
        assert confirmed(client.publish("city/water/1", line("W7", 0)))
        assert within(20, lambda: stored(city, 8) == (1, 1)), subscription.tries.last()
    client.stop()


def test_a_topic_that_the_broker_refuses_is_told(held):
    city, subscription = held(client_id="refused topic")
    refusal = ReasonCode(PacketTypes.SUBACK, "Not authorized")
    subscription._subscribed(subscription._client, None, 1, [refusal], None)
    assert "city/water/#: Not authorized" in subscription.tries.last()[-1].error
    assert "Not authorized" in city.troubles.get("broker:water").detail


def test_payloads_of_every_form_and_what_is_none(held, broker):
    city, _ = held(client_id="forms")
    client = Sender(broker.port)
    pretty = json.dumps(json.loads(line("W6", 1)), indent=2)
    forms = [line("W6", 0), pretty, f"[{line('W6', 2)}, {line('W6', 3)}]", line("W6", 4) + "\n" + line("W6", 5)]
    for payload in [*forms, "not json", "", "[1, {]", b"\xff\xfe", line("W6", 6)]:
        assert confirmed(client.publish("city/water/1", payload))
    assert within(20, lambda: stored(city, 7) == (7, 7)), stored(city, 7)
    assert within(60, lambda: city.live.feeds()["water"].rejected >= 3)
    client.stop()


def test_a_topic_may_name_the_device(home, tmp_path):
    text = WATER.replace("{adapter: http, token_env: WATER_TOKEN}", SOURCE.format(url="mqtt://b", more=""))
    text += "    columns: {device: '@topic.2'}\n"
    (definition,) = read_feeds(written(tmp_path, text))
    messages = [Message(0, 1, "city/water/W7/state", json.dumps({"at": NOW, "value": 1}).encode())]
    (row,) = taken_apart(definition, messages)
    city = open_city(Settings(home=home), feeds=(definition.feed,))
    try:
        intake = Intake(city, definition)
        assert intake.take_rows([row], "topic", "mqtt").accepted == 1
        assert Subscription(intake, definition.source)._reads_topics()
    finally:
        city.close()


def test_a_name_and_a_password(tmp_path, home, monkeypatch):
    monkeypatch.delenv("MQTT_PW", raising=False)
    source = SOURCE.format(url="mqtts://b:8883", more=", username: u, password_env: MQTT_PW")
    text = WATER.replace("{adapter: http, token_env: WATER_TOKEN}", source)
    definitions = read_feeds(written(tmp_path, text))
    city = open_city(Settings(home=home), feeds=(definitions[0].feed,))
    try:
        with pytest.raises(SettingsError, match="MQTT_PW"):
            Service.of(city, definitions).start()
        monkeypatch.setenv("MQTT_PW", "secret")
        client = Subscription(Intake(city, definitions[0]), definitions[0].source)._client
        assert (client._username, client._password) == (b"u", b"secret")
        assert client._ssl
        wrong = definitions[0].source.model_copy(update={"ca": tmp_path / "none.pem"})
        with pytest.raises(SettingsError, match="TLS"):
            Subscription(Intake(city, definitions[0]), wrong)
    finally:
        city.close()


def test_tls_a_name_and_a_password_at_a_broker_that_asks_for_them(home, tmp_path, monkeypatch):
    """A certificate of one's own, trusted by `ca`; with a wrong password the refusal is told."""
    key, certificate, users = (tmp_path / name for name in ("key.pem", "ca.pem", "users"))
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    made += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(made, check=True, capture_output=True, timeout=60)
    subprocess.run(["mosquitto_passwd", "-b", "-c", str(users), "city", "right"], check=True, timeout=20)
    for path in (key, certificate, users):
        path.chmod(0o644)
    broker = Broker(
        tmp_path, more=f"certfile {certificate}\nkeyfile {key}\npassword_file {users}", anonymous=False
    )
    told = ", client_id: tls, username: city, password_env: MQTT_PW, ca: ca.pem"
    source = SOURCE.format(url=f"mqtts://localhost:{broker.port}", more=told)
    definitions = read_feeds(written(tmp_path, WATER.replace("{adapter: http, token_env: WATER_TOKEN}", source)))
    city, made = open_city(Settings(home=home), feeds=(definitions[0].feed,)), []
    try:
        for password in ("wrong", "right"):
            monkeypatch.setenv("MQTT_PW", password)
            made.append(Subscription(Intake(city, definitions[0]), definitions[0].source).start())
            assert within(60, lambda: made[-1].tries.last()), "neither taken nor refused"
        assert "uthor" in made[0].tries.last()[0].error
        assert not made[1].tries.last()[0].error
    finally:
        for subscription in made:
            subscription.stop()
        city.close()
        broker.stop()


@pytest.mark.parametrize("url", ["http://b", "mqtt://", "mqtt://u:p@b", "mqtt://b/path", "b:1883"])
def test_an_address_that_is_none(url):
    with pytest.raises(ValueError, match="url"):
        MqttSource(url=url, topic="a")
