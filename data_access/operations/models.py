"""Tables of the operations database."""

from sqlalchemy import Index, String
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
