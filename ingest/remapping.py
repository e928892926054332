"""Correcting what a feed's rows mean: the mapping as a form has it, back as a definition, and as YAML to copy."""

import yaml
from pydantic import ValidationError

from data_access.errors import BadSource
from ingest.cityfile import CaseColumns
from ingest.feedfile import FeedDefinition
from ingest.records import kinds

COLUMN = "column:"
"""What the name of a form's field begins with that holds a record field's column or template."""
NEVER_READ = "-"
"""Stands in the form for a field that is not read at all."""


def fields_of(definition: FeedDefinition) -> dict[str, str]:
    """The column or template of each field of a record; NEVER_READ for one not read. Empty of a table."""
    if isinstance(definition.columns, CaseColumns):
        return {}
    named = {name: name for name in kinds()[definition.carries].model.model_fields} | definition.columns
    return {name: column or NEVER_READ for name, column in named.items()}


def table_of(definition: FeedDefinition) -> str:
    """The columns of a table of cases as YAML; empty of anything else."""
    if not isinstance(definition.columns, CaseColumns):
        return ""
    return _yaml(definition.columns.model_dump(mode="json", exclude_defaults=True))


def corrected(definition: FeedDefinition, values: dict[str, str]) -> FeedDefinition:
    """The definition with what the form says of its rows. Raises BadSource saying which part cannot be used."""
    changes = {name: str(values.get(name, "")).strip() for name in ("crs", "timezone", "time_format")}
    changes = {"crs": changes["crs"] or "wgs84", **{n: changes[n] or None for n in ("timezone", "time_format")}}
    told = definition.model_dump() | {"interval": f"{definition.interval} s", "key": "feed"} | changes
    told["columns"] = _columns(definition, values)
    told["source"] = {}
    try:
        made = FeedDefinition.model_validate(told)
    except ValidationError as error:
        raise BadSource("\n".join(_fault(fault) for fault in error.errors())) from error
    return made.model_copy(update={"key": definition.key, "source": definition.source})


def written(definition: FeedDefinition) -> str:
    """What the feeds file should say of this feed, to be copied into it."""
    told: dict = {"key": definition.key}
    if isinstance(definition.columns, CaseColumns):
        told["columns"] = definition.columns.model_dump(mode="json", exclude_defaults=True)
    else:
        told["columns"] = {field: column for field, column in definition.columns.items() if column != field}
    told |= {n: getattr(definition, n) for n in ("time_format", "timezone") if getattr(definition, n)}
    if definition.crs != "wgs84":
        told["crs"] = definition.crs
    return _yaml([told])


def _columns(definition: FeedDefinition, values: dict[str, str]) -> object:
    if "table" in values:
        try:
            return yaml.safe_load(values["table"]) or {}
        except (yaml.YAMLError, RecursionError) as error:
            raise BadSource(f"columns: not YAML: {getattr(error, 'problem', error)}") from error
    given = {n.removeprefix(COLUMN): str(v).strip() for n, v in values.items() if n.startswith(COLUMN)}
    mine = {field: column for field, column in given.items() if column and column != field}
    return {field: None if column == NEVER_READ else column for field, column in mine.items()}


def _fault(fault: dict) -> str:
    where = ".".join(str(part) for part in fault["loc"])
    return f"{where}: {fault['msg'].removeprefix('Value error, ')}"


def _yaml(value: object) -> str:
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, default_flow_style=False)
