"""Tables of the operations database."""

from sqlalchemy import Double, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """All models."""


class Post(Base):
    """A responsibility in a unit, and who holds it."""

    __tablename__ = "post"
    __table_args__ = (Index("post_unit", "unit"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit: Mapped[str] = mapped_column(String(40))
    role: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(80))
    deputy: Mapped[str] = mapped_column(String(80), default="")
    phone: Mapped[str] = mapped_column(String(20), default="")
    shift: Mapped[str] = mapped_column(String(20), default="")


class WallStanding(Base):
    """How a wall stands, for all processes that serve it; `revision` goes up with every change, of its scenes too.

    `state` is a data_access.walls.standing.Standing as JSON.
    """

    __tablename__ = "wall_standing"

    wall: Mapped[str] = mapped_column(String(60), primary_key=True)
    revision: Mapped[int] = mapped_column()
    state: Mapped[str] = mapped_column(Text)


class WallScene(Base):
    """A scene that was saved on screen; those of a wall in the order of `place`, then `id`."""

    __tablename__ = "wall_scene"
    __table_args__ = (Index("wall_scene_wall", "wall"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    wall: Mapped[str] = mapped_column(String(60))
    place: Mapped[int] = mapped_column()
    title: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(Text)
    layout: Mapped[str] = mapped_column(String(40))
    seconds: Mapped[int] = mapped_column()
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[float] = mapped_column(Double)


class Note(Base):
    """That somebody took note of a case, in one of its spells: when (epoch seconds), and at which wall.

    Only ever added to.
    """

    __tablename__ = "note"
    __table_args__ = (Index("note_case", "case_id", "spell"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(String(200))
    spell: Mapped[int] = mapped_column()
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[float] = mapped_column(Double)
    wall: Mapped[str] = mapped_column(String(60), default="")


class ReportSchedule(Base):
    """A schedule that this server has declared, since when it is known (epoch seconds) with this `spec` of when.

    `told` is what is shown of it, as JSON; see data_access.operations.runs.Known.
    """

    __tablename__ = "report_schedule"

    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    place: Mapped[int] = mapped_column()
    since: Mapped[float] = mapped_column(Double)
    spec: Mapped[str] = mapped_column(String(120))
    told: Mapped[str] = mapped_column(Text)


class ReportRun(Base):
    """A run of a schedule: one for each due time (epoch seconds), or by hand, which `by` then names.

    `state` is waiting, working, done or failed. `next_try` is from when on it may be taken up; of one at work,
    from when on whoever does that is given up. `missed` is how many due times before it never ran. `delivered`
    has the labels of the targets that have it, as JSON; `why_zh` and `why_en` say why the last try failed.
    """

    __tablename__ = "report_run"
    __table_args__ = (
        UniqueConstraint("schedule", "due", name="report_run_due"),
        Index("report_run_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    schedule: Mapped[str] = mapped_column(String(60))
    due: Mapped[float] = mapped_column(Double)
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[float] = mapped_column(Double)
    missed: Mapped[int] = mapped_column()
    state: Mapped[str] = mapped_column(String(10))
    tries: Mapped[int] = mapped_column()
    next_try: Mapped[float] = mapped_column(Double)
    ended: Mapped[float] = mapped_column(Double)
    name: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    link: Mapped[str] = mapped_column(Text)
    delivered: Mapped[str] = mapped_column(Text)
    why_zh: Mapped[str] = mapped_column(Text)
    why_en: Mapped[str] = mapped_column(Text)
