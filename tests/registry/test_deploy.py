"""What is in deploy/ can be read by what it is for, and names only settings and things that exist."""

import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import yaml

from data_access.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
FILES = sorted(p for p in DEPLOY.rglob("*") if p.is_file())
SETTING = re.compile(r"\bJINGWEI_([A-Z_]+)\b")
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
"""What nginx keeps for a moment, by default where only root may write."""
OF_COMPOSE = {"password"}
"""Names of compose's own environment, not settings."""


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", [*FILES, ROOT / "docs" / "operations.md"], ids=lambda p: p.name)
def test_settings_that_are_named_exist(path):
    named = {name.lower() for name in SETTING.findall(path.read_text(encoding="utf-8"))}
    assert named <= set(Settings.model_fields) | OF_COMPOSE


def test_compose_starts_what_it_names(compose):
    services, volumes = compose["services"], compose["volumes"]
    assert set(services) >= {"nginx", "web", "ingest", "redis", "postgres", "keeper1", "keeper2", "keeper3"}
    for name, service in services.items():
        assert set(service.get("depends_on", [])) <= set(services), name
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            assert source in volumes or (DEPLOY / source).exists() or source == "./tls", mount
    for service in ("web", "ingest"):
        given = {key.removeprefix("JINGWEI_").lower(): v for key, v in services[service]["environment"].items()}
        made = Settings(**given)
        assert made.live == (service == "ingest")
        assert made.cache == "RedisCache"


def test_the_cluster_is_two_shards_of_two_replicas_that_compose_starts(compose):
    server = ET.parse(DEPLOY / "clickhouse" / "server.xml").getroot()
    shards = server.findall("remote_servers/jingwei/shard")
    hosts = [[host.text for host in shard.findall("replica/host")] for shard in shards]
    assert [len(shard) for shard in hosts] == [2, 2]
    assert all(shard.findtext("internal_replication") == "true" for shard in shards)
    services = compose["services"]
    for number, shard in enumerate(hosts, 1):
        for replica, host in enumerate(shard, 1):
            given = services[host]["environment"]
            assert (given["SHARD"], given["REPLICA"]) == (str(number), str(replica))
    keepers = [host.text for host in server.findall("zookeeper/node/host")]
    raft = ET.parse(DEPLOY / "clickhouse" / "keeper.xml").getroot().findall(".//raft_configuration/server")
    assert keepers == [s.findtext("hostname") for s in raft]
    for keeper, entry in zip(keepers, raft, strict=True):
        assert services[keeper]["environment"]["KEEPER"] == entry.findtext("id")
    assert (
        len(
            {
                services[name]["volumes"][-1] if "keeper" in name else services[name]["volumes"][2]
                for name in [*keepers, *sum(hosts, [])]
            }
        )
        == 7
    )
    assert ET.parse(DEPLOY / "clickhouse" / "users.xml").getroot().find("users/jingwei") is not None
    assert server.find("macros/shard").get("from_env") == "SHARD"


def test_the_unit_is_sound(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    unit = tmp_path / "jingwei.service"
    text = (DEPLOY / "jingwei.service").read_text(encoding="utf-8")
    assert "ExecStart=/opt/jingwei/.venv/bin/jingwei serve\n" in text
    unit.write_text(text.replace("/opt/jingwei/.venv/bin/jingwei", "/bin/true"), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "jingwei" not in done.stderr
    for line in ("NoNewPrivileges=true", "ProtectSystem=strict", "CapabilityBoundingSet=\n"):
        assert line in text


def test_nginx_reads_its_configuration(tmp_path):
    if not shutil.which("nginx") or not shutil.which("openssl"):
        pytest.skip("nginx or openssl is not installed")
    made = [
        "-keyout",
        tmp_path / "privkey.pem",
        "-out",
        tmp_path / "fullchain.pem",
        "-subj",
        "/CN=jingwei.example",
    ]
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *made], check=True, timeout=60)
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    places = {
        "/etc/nginx/tls": tmp_path,
        "/var/cache/nginx/jingwei": tmp_path / "cache",
        "/var/log/nginx": tmp_path,
    }
    places |= {"/run/nginx.pid": tmp_path / "pid", "server web:": "server 127.0.0.1:"}
    places |= {"/etc/nginx/mime.types": tmp_path / "mime.types"}
    (tmp_path / "mime.types").write_text("types { text/html html; }", encoding="utf-8")
    for place, here in (places | {"server ingest:": "server 127.0.0.1:"}).items():
        assert place in text
        text = text.replace(place, str(here))
    own = "".join(f"{part}_temp_path {tmp_path}/{part};" for part in TEMPORARY)
    (tmp_path / "nginx.conf").write_text(text.replace("http {", "http {" + own, 1), encoding="utf-8")
    done = subprocess.run(
        ["nginx", "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr


def test_nginx_knows_the_addresses_that_never_change():
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    kept = re.search(r"location ~ \^/\(([\w|-]+)\)/ \{\s*proxy_pass http://web;\s*proxy_cache", text)[1].split("|")
    source = (ROOT / "callbacks" / "endpoints.py").read_text(encoding="utf-8")
    immutable = source[source.index("def _immutable") : source.index("def values_of")]
    assert set(re.findall(r'blueprint\.get\("/(\w+)/', immutable)) <= set(kept)
    assert "location = /live" in text
    assert re.search(r"location /control/ \{\s*return 404;", text)
    assert re.search(r"location = /metrics \{[^}]*deny all;", text)
