"""A city file: what `jingwei load CITY.yaml` may say, checked, with the line of every fault."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator

from data_access.profile import DeviceKind, FacilityType, Feed, Text
from data_access.words import STEPS, T
from data_access.worktime import Calendar
from ingest.cityparts import Crs, FilePath, Part, Zone, listed
from ingest.fields import Number
from ingest.overlayfile import Overlays

Step = Literal[tuple(STEPS)]


def _names(value: Any) -> Any:
    return {"zh": value, "en": value} if isinstance(value, str) else value


def _mapped(value: Any) -> Any:
    return {"column": value} if isinstance(value, str) else value


class Names(Part):
    """Columns or templates with a unit's name in each language."""

    zh: str
    en: str


NameColumns = Annotated[Names, BeforeValidator(_names)]


class _Outlined(Part):
    layer: str | None = None
    crs: Crs | None = None
    encoding: str | None = None
    name: NameColumns | None = None


class Shapes(_Outlined):
    """A file of outlines. `crs` is declared where the file does not know, or knows wrongly."""

    boundary: FilePath
    id: str


class LevelFile(_Outlined):
    """One level of the statutory tree; without `boundary` it is the whole city, and the first."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Text
    plural: Text | None = None
    boundary: FilePath | None = None
    id: str | None = None
    where: dict[str, Annotated[tuple[str, ...], BeforeValidator(listed)]] = {}
    dissolve: bool = False
    parent: str | None = None
    nest: Literal["code", "prefix", "geometry", "overlap", "point"] | None = None
    least: Number = Field(0.25, ge=0, le=1)
    orphans: Literal["group", "drop"] = "group"
    kind: str = ""
    facts: dict[str, str] = {}


class ZoneList(Part):
    """One management zone as a list of units."""

    id: str
    title: Text
    units: tuple[str, ...]


class Zones(Part):
    """Management zones: lists of units, or a file of outlines."""

    title: Text = T("管理区", "Management zones")
    list: tuple[ZoneList, ...] = ()
    shapes: Shapes | None = None


class Types(Part):
    """Case types: from a CSV `file`, or as they come in the cases' type column (`auto`), with these defaults."""

    file: FilePath | None = None
    auto: bool = False
    group: str | None = None
    limit_hours: Number = Field(40.0, gt=0, le=20_000)
    working: bool = True
    response_hours: Number = Field(2.0, gt=0, le=20_000)
    severity: int = Field(0, ge=0, le=3)
    most: int = 1000


class Mapped(Part):
    """A column whose words are translated: `map` from the source's words, `default` for the empty."""

    column: str | None = None
    map: dict[str, str | int] = {}
    default: str | int | None = None


MappedColumn = Annotated[Mapped, BeforeValidator(_mapped)]


class Status(Part):
    """A column with the source's word for how far a case is, the steps each word means, and when they were."""

    column: str
    steps: dict[str, tuple[Step, ...]]
    at: str | None = None


class CaseColumns(Part):
    """What the columns of rows about cases mean."""

    id: str
    lon: str | None = None
    lat: str | None = None
    unit: str | None = None
    type: MappedColumn
    source: MappedColumn = Mapped(default="import")
    severity: MappedColumn | None = None
    actor: str | None = None
    times: dict[str, Step | Literal["due_at"]]
    status: Status | None = None

    @field_validator("times")
    @classmethod
    def _has_report(cls, times: dict[str, str]) -> dict[str, str]:
        if "reported" not in times.values():
            raise ValueError("one column must be `reported`: when the case was opened")
        return times


class CaseFile(CaseColumns):
    """One or more files of cases of one form."""

    file: Annotated[tuple[FilePath, ...], BeforeValidator(listed)]
    format: Literal["csv", "ndjson", "json", "geojson", "parquet"] | None = None
    encoding: str = "utf-8-sig"
    delimiter: str = Field(",", min_length=1, max_length=1)
    feed: str = "import"
    crs: Crs = "wgs84"
    timezone: Zone | None = None
    time_format: str | None = None


class FactFile(Part):
    """A CSV of numbers by leaf: `measures` gives each measure its column."""

    file: FilePath
    unit: str
    measures: dict[str, str]


class MemberFile(Part):
    """A CSV of devices or facilities; `lon` and `lat`, or `unit`, say where."""

    file: FilePath
    code: str = "code"
    kind: str = "kind"
    lon: str | None = "lon"
    lat: str | None = "lat"
    unit: str | None = None
    interval: str | None = None
    every: int = Field(3600, gt=0)
    feed: str = "import"
    crs: Crs = "wgs84"


class LineFile(Part):
    """A file of lines or areas for the base map."""

    file: FilePath
    kind: Literal["water", "road"]
    layer: str | None = None
    crs: Crs | None = None


class CityFile(Part):
    """The whole file."""

    key: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: Text
    timezone: Zone
    attribution: Text = T("", "")
    levels: tuple[LevelFile, ...] = Field(min_length=1)
    zones: Zones | None = None
    calendar: Calendar = Calendar()
    types: Types = Types(auto=True)
    feeds: tuple[Feed, ...] = ()
    cases: Annotated[tuple[CaseFile, ...], BeforeValidator(listed)] = ()
    facts: Annotated[tuple[FactFile, ...], BeforeValidator(listed)] = ()
    device_kinds: tuple[DeviceKind, ...] = ()
    devices: MemberFile | None = None
    facility_types: tuple[FacilityType, ...] = ()
    facilities: MemberFile | None = None
    lines: Annotated[tuple[LineFile, ...], BeforeValidator(listed)] = ()
    overlays: Overlays | None = None
    kpis: tuple[str, ...] = ()
