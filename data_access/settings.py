"""Settings: environment variables beginning with JINGWEI_, with defaults that run the reference city."""

import re
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings import SettingsError as Unreadable

from data_access.errors import SettingsError

COMPLETE = "complete"
"""A file in the home that says its city is whole; without it, a build may have been cut short."""

KEPT_BY_TIME = ("reading", "case_step", "reject", "replay")
"""Tables whose old rows may go: screens read the rollups of the first two. The state that a facility is in is read
from its steps, however old, and batches are how a repeated one is known. `replay` comes after
`reject`, whose lines it waits for."""


class Settings(BaseSettings):
    """What a deployment may set; every field is the environment variable ``JINGWEI_<NAME>``."""

    model_config = SettingsConfigDict(env_prefix="JINGWEI_")

    home: Path = Field(Path("var"), description="folder for everything this city keeps on disk")
    store: str = Field("", description="analytics store URL; empty: embedded, in <home>/store")
    operations: str = Field("", description="operations database URL; empty: SQLite, <home>/operations.db")
    backup_to: str = Field(
        "",
        description="where a ClickHouse server writes backups, in its own words with {name}, for example "
        "Disk('backups', '{name}'); an embedded store's go to the folder named",
    )
    cache: str = Field("SimpleCache", description="flask-caching backend for rendered panel data")
    cache_redis_url: str = Field("", description="Redis URL, when cache is RedisCache")
    extensions: tuple[Path, ...] = Field(
        (), description="folders with metrics/ and layers/ of one's own, discovered beside the built-in ones"
    )
    tile_url: str = Field(
        "",
        description="tile URL to lay under the map: XYZ with {z} {x} {y}, or WMTS with {TileMatrix} {TileRow} "
        "{TileCol}, in Web Mercator; empty: none is asked for",
    )
    tile_crs: Literal["wgs84", "cgcs2000", "gcj02"] = Field(
        "wgs84", description="what the tiles are drawn in: wgs84, cgcs2000 (Tianditu), or gcj02 (corrected)"
    )
    tile_subdomains: str = Field("abc", description="letters or digits that {s} in the tile URL stands for")
    tile_place: Literal["beneath", "instead"] = Field(
        "beneath", description="where the tiles lie: beneath the city's own base map, or instead of it"
    )
    tile_max_zoom: int = Field(
        18, ge=1, le=22, description="the closest zoom the tile service has; closer in its tiles are enlarged"
    )
    tile_attribution: str = Field("", description="whom the tiles are by, shown at the foot of the map")
    picture_url: str = Field(
        "", description="where a camera's picture is, with {feed} and {code}; empty: none is asked for"
    )
    tick: float = Field(10.0, gt=0, description="seconds after which a live screen's moment moves on by itself")
    feeds: Path | None = Field(None, description="YAML file that declares this server's feeds; empty: none")
    walls: Path | None = Field(
        None, description="YAML file that declares walls; empty: those of the reference city, or a plain one"
    )
    reports: Path | None = Field(None, description="YAML file that declares scheduled reports; empty: none")
    smtp_host: str = Field("", description="mail server that scheduled reports are sent by; empty: none")
    smtp_port: int = Field(587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls",
        description="starttls: encrypted after a greeting; tls: from the first byte on; none: not at all",
    )
    smtp_user: str = Field("", description="whom to sign in as; empty: nobody")
    smtp_password: SecretStr = Field(SecretStr(""), description="sent over an encrypted connection only")
    smtp_from: str = Field("", description="whom mails are from; empty: the user, where that is an address")
    ingest_bytes: int = Field(16 * 2**20, gt=0, description="how long a body sent to /ingest may be")
    ingest_unpacked: int = Field(64 * 2**20, gt=0, description="how long it may be when unpacked")
    ingest_batches: int = Field(
        4, ge=1, description="batches sent to /ingest that may wait at once; fewer than threads"
    )
    ingest_rows: int = Field(200_000, ge=1, description="rows in them together, beyond a single batch")
    live: bool = Field(True, description="keep the reference city alive with its simulator while serving it")
    keep: dict[str, str] = Field(
        {},
        description='how long tables keep rows (`jingwei keep`): JSON, {"reading": "400 d"}; others keep all',
    )
    log: Literal["text", "json"] = Field("text", description="how log lines are written to standard error")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="the least that is logged")
    secret: str = Field(
        "", description="what links to panels are signed with; empty: one that is made and kept in <home>/secret"
    )
    url: str = Field("", description="where people reach this server, for links in files; empty: as they came")
    browsers: int = Field(2, ge=1, description="browsers that draw snapshots at once, about 400 MB each")
    snapshots: int = Field(40, ge=1, description="snapshots that may wait for their turn")
    host: str = "127.0.0.1"
    port: int = Field(8050, ge=1, le=65535)
    threads: int = Field(8, ge=1, description="requests answered at once by the server process")

    @field_validator("tile_url")
    @classmethod
    def _xyz(cls, url: str) -> str:
        return xyz(url)

    @field_validator("keep")
    @classmethod
    def _days(cls, keep: dict[str, str]) -> dict[str, str]:
        for table, text in keep.items():
            if table not in KEPT_BY_TIME:
                raise ValueError(f"{table} is kept for ever; a time may be given to {', '.join(KEPT_BY_TIME)}")
            if not re.fullmatch(r"[1-9][0-9]{0,5} ?d", text):
                raise ValueError(f"{table}: {text!r} is no number of days such as 400 d")
        return keep

    def days_kept(self, table: str) -> int | None:
        """For how many days a table keeps its rows, None for ever."""
        return int(self.keep[table].rstrip(" d")) if table in self.keep else None

    @property
    def store_url(self) -> str:
        """The analytics store as an SQLAlchemy URL."""
        return self.store or f"clickhousedb:///?interface=chdb&path={(self.home / 'store').absolute()}"

    @property
    def own_url(self) -> str:
        """Where this machine reaches the server, without a slash at its end."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)
        return f"http://{host}:{self.port}"

    @property
    def site(self) -> str:
        """What links in files begin with where no request says how people come here."""
        return self.url or f"{self.own_url}/"

    @property
    def operations_url(self) -> str:
        """The operations database as an SQLAlchemy URL."""
        return self.operations or f"sqlite:///{(self.home / 'operations.db').absolute()}"


def xyz(url: str) -> str:
    """A tile URL with ``{z}``, ``{x}`` and ``{y}``, from one in the words of WMTS too. Raises ValueError."""
    for word, letter in (("TileMatrix", "z"), ("TileRow", "y"), ("TileCol", "x")):
        url = re.sub(r"\{" + word + r"\}", "{" + letter + "}", url, flags=re.IGNORECASE)
    if not url:
        return url
    if missing := [part for part in ("{z}", "{x}", "{y}") if part not in url]:
        raise ValueError(f"a tile URL needs {', '.join(missing)} (or TileMatrix, TileRow and TileCol in braces)")
    if strange := sorted(set(re.findall(r"\{[^{}]*\}", url)) - {"{z}", "{x}", "{y}", "{s}", "{r}"}):
        raise ValueError(
            f"nothing is known to stand in a tile URL for {', '.join(strange)}: write it out (the set of "
            "matrices by its name, as w or GoogleMapsCompatible; keys and styles as they are)"
        )
    if re.search(r"tilematrixset=c\b|/(vec|img|ter|cva|cia|cta)_c/", url, re.IGNORECASE):
        raise ValueError("these tiles are in degrees; ask for those in Web Mercator (of Tianditu: _w, not _c)")
    return url


def read_settings() -> Settings:
    """The settings of the environment. Raises SettingsError that names each variable that cannot be used."""
    try:
        return Settings()
    except ValidationError as error:
        faults = [f"JINGWEI_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()]
        raise SettingsError("; ".join(faults)) from error
    except Unreadable as error:
        raise SettingsError(f'{error} (lists are written as JSON, for example ["/my/folder"])') from error
