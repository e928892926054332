"""Who answers here."""

from dash import html
from dash.development.base_component import Component

from components.panel import Panel
from components.sheet import UNIT, UNIT_ID, Column, Sheet
from data_access.ask import Ask
from data_access.city import City
from data_access.queries.people import Holder, people
from data_access.words import T

DUTY = {True: T("在岗", "on duty"), False: T("轮休", "off duty")}


def row(holder: Holder, city: City, ask: Ask) -> Component:
    """One post: unit and role, who holds it, how to reach them."""
    lang = ask.view.lang
    deputy = T("副 {name}", "deputy {name}").fill(name=holder.deputy)(lang) if holder.deputy else ""
    duty = html.Span()
    if holder.on_duty is not None:
        duty = html.Span(DUTY[holder.on_duty](lang), className="duty on" if holder.on_duty else "duty")
    own = " own" if holder.unit.id == ask.unit.id else ""
    return html.Div(
        [
            html.Span([html.B(holder.unit.title(lang)), f" · {holder.role(lang)}"], className="post-what"),
            html.Span(holder.name, className="post-name", title=deputy),
            html.Span(holder.phone, className="post-phone"),
            duty,
        ],
        className=f"post{own}",
    )


COLUMNS = (
    UNIT_ID,
    UNIT,
    Column("role", T("岗位", "Post")),
    Column("name", T("姓名", "Name")),
    Column("deputy", T("副职", "Deputy")),
    Column("phone", T("电话", "Phone")),
    Column("duty", T("值守", "Duty")),
)


def sheet_of(holders: list[Holder]) -> Sheet:
    """A row a post, with what the panel shows of it; on record as they are now, so not lasting."""
    rows = (
        (h.unit.id, h.unit.title, h.role, h.name, h.deputy or None, h.phone or None, DUTY.get(h.on_duty))
        for h in holders
    )
    return Sheet(COLUMNS, tuple(rows), lasting=False)


PANEL = Panel(
    key="people",
    title=T("谁在负责", "Who answers here"),
    order=30,
    load=people,
    body=lambda data, city, ask: [row(holder, city, ask) for holder in data],
    sentence=lambda city, ask: T("本级在前，上级在后", "this unit first, then those above"),
    note=lambda data, city, ask: (
        T("姓名与电话均为虚构", "fictional people")(ask.view.lang) if city.profile.seed else ""
    ),
    sheet=lambda city, ask: sheet_of(people(city, ask)),
    empty=lambda data, ask: None if data else T("尚未登记岗位。", "No posts are on record for this unit yet."),
)
