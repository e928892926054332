"""A feeds file: which feeds come into this server and how, checked, with the line of every fault."""

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Union

from pydantic import BeforeValidator, Discriminator, Field, Tag, ValidationInfo, create_model, field_validator

from data_access.errors import BadSource
from data_access.profile import Feed, Text
from data_access.words import NETWORKS, T
from ingest.adapters import adapters
from ingest.cityfile import CaseColumns
from ingest.cityparts import Crs, Part, Zone
from ingest.records import kinds
from ingest.yamlfile import near, read_yaml

CARRIED = {"case_step": "case", "facility_step": "facility", "fact_day": "fact"}
"""What a feed of the city carries, where that is not called as the kind of its records."""

SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86400}


def _interval(value: Any) -> Any:
    found = re.fullmatch(r"(\d+)\s*(s|min|h|d)", str(value).strip())
    if not found:
        raise ValueError("is not an interval such as 30 s, 5 min, 1 h or 1 d")
    return int(found[1]) * SECONDS[found[2]]


def _shape(columns: Any) -> str:
    return "cases" if isinstance(columns, CaseColumns) or {"id", "times"} & set(columns or ()) else "fields"


Columns = Annotated[
    Annotated[CaseColumns, Tag("cases")] | Annotated[dict[str, str | None], Tag("fields")], Discriminator(_shape)
]
"""What the columns of its rows mean: those of a table of cases, or the column or template of each field."""


class FeedDefinition(Part):
    """One feed: what it is to the city, what its rows mean, and through which adapter it comes."""

    key: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=60)
    title: Text
    network: Literal[tuple(NETWORKS)]
    owner: Text = T("", "")
    interval: Annotated[int, BeforeValidator(_interval), Field(ge=1)]
    carries: str
    crs: Crs = "wgs84"
    timezone: Zone | None = None
    time_format: str | None = None
    format: Literal["csv", "ndjson", "json", "geojson", "parquet"] = "ndjson"
    encoding: str = "utf-8-sig"
    delimiter: str = Field(",", min_length=1, max_length=1)
    columns: Columns = {}
    source: Part

    @field_validator("carries")
    @classmethod
    def _known_kind(cls, carries: str) -> str:
        if carries not in kinds():
            raise ValueError(f"there is no record kind {carries!r}; there are {', '.join(kinds())}")
        return carries

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, encoding: str) -> str:
        try:
            "".encode(encoding)
        except LookupError as error:
            raise ValueError(f"there is no encoding {encoding!r}; write one such as utf-8 or gb18030") from error
        return encoding

    @field_validator("columns")
    @classmethod
    def _known_fields(cls, columns: Columns, info: ValidationInfo) -> Columns:
        carries = info.data.get("carries")
        if carries is None:
            return columns
        if isinstance(columns, CaseColumns):
            if carries != "case_step":
                raise ValueError("`id` and `times` are of cases: only for carries: case_step")
            return columns
        there = list(kinds()[carries].model.model_fields)
        for field in columns:
            if field not in there:
                hint = near(field, there)
                raise ValueError(f"a {carries} has no field {field!r}{hint}; it has {', '.join(there)}")
        return columns

    @property
    def feed(self) -> Feed:
        """The feed as the city has it."""
        return Feed(
            key=self.key,
            network=self.network,
            title=self.title,
            interval=self.interval,
            owner=self.owner,
            carries=CARRIED.get(self.carries, self.carries),
            declared=True,
        )

    @property
    def digest(self) -> str:
        """What changes when its rows mean something else: a batch sent again is then another batch."""
        told = self.model_dump_json(exclude={"title", "owner", "interval", "network", "source"})
        return hashlib.sha256(told.encode()).hexdigest()[:12]


class FeedsFile(Part):
    """The whole file."""

    feeds: tuple[FeedDefinition, ...]

    @field_validator("feeds")
    @classmethod
    def _differ(cls, feeds: tuple[FeedDefinition, ...]) -> tuple[FeedDefinition, ...]:
        keys = [feed.key for feed in feeds]
        if len(set(keys)) < len(keys):
            raise ValueError(f"two feeds have the key {next(k for k in keys if keys.count(k) > 1)!r}")
        return feeds


def read_feeds(path: Path) -> tuple[FeedDefinition, ...]:
    """The feeds that the file at `path` declares; file names in it are those beside it.

    Raises BadSource with the file, and the line and key of each fault.
    """
    return read_yaml(Path(path), lambda values: _file_model()).feeds


def chosen(path: Path, key: str | None) -> FeedDefinition:
    """The feed called `key` of a feeds file, or its only one. Raises BadSource."""
    feeds = read_feeds(path)
    found = [feed for feed in feeds if feed.key == key or (key is None and len(feeds) == 1)]
    if not found:
        there = ", ".join(feed.key for feed in feeds) or "none"
        told = f"there is no feed {key!r}" if key else "say which feed with --feed"
        raise BadSource(f"{path}: {told}; it declares {there}.")
    return found[0]


@cache
def _file_model() -> type[FeedsFile]:
    """The file's model, where a source is one of the settings of the adapters there are, told by `adapter`."""
    sources = [
        create_model(a.settings.__name__, __base__=a.settings, adapter=(Literal[a.key], a.key)) for a in adapters()
    ]
    source = Annotated[Union[tuple(sources)], Field(discriminator="adapter")]  # noqa: UP007
    feed = create_model("FeedDefinition", __base__=FeedDefinition, source=(source, ...))
    return create_model("FeedsFile", __base__=FeedsFile, feeds=(tuple[feed, ...], ...))
