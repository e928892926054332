"""A snapshot for the command line: the whole file as text in one answer, so that whoever asked writes it."""

import base64
import getpass
import time

from components.catalogue import panels
from data_access.city import City
from data_access.words import T
from reports.format import file_name, formats
from reports.snapshot import Progress
from reports.taking import taken, wanted, written


def handed(city: City, address: str, form: str, panel: str, who: str, progress: Progress) -> dict:
    """The file's body in base64, its name, digest and moment, the panels that failed. Raises CannotTake."""
    order = wanted(formats(), address, form, panel)
    s = city.settings
    site = s.url or f"http://{s.host}:{s.port}"
    made = taken(city, panels(), order, T(who, who), time.time(), site, progress=progress)
    progress(form, 0.0)
    with written(city, made, order.form) as file:
        body = base64.b64encode(file.read()).decode()
    progress(form, 1.0)
    failed = {part.key: part.reason.en for part in made.parts if part.reason}
    told = {"name": file_name(made, order.form), "digest": made.digest, "link": made.link, "failed": failed}
    return told | {"body": body, "as_of": made.ask.at, "title": made.title.en}


def whose() -> str:
    """Who runs the command, by the name of their account."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "?"
