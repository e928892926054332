"""Walls: how they stand, scenes saved on screen, and notes taken of cases.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables of walls and of notes."""
    op.create_table(
        "wall_standing",
        sa.Column("wall", sa.String(60), primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
    )
    op.create_table(
        "wall_scene",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("wall", sa.String(60), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("layout", sa.String(40), nullable=False),
        sa.Column("seconds", sa.Integer, nullable=False),
        sa.Column("by", sa.String(40), nullable=False),
        sa.Column("at", sa.Double, nullable=False),
    )
    op.create_index("wall_scene_wall", "wall_scene", ["wall"])
    op.create_table(
        "note",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("case_id", sa.String(200), nullable=False),
        sa.Column("spell", sa.Integer, nullable=False),
        sa.Column("by", sa.String(40), nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("wall", sa.String(60), nullable=False),
    )
    op.create_index("note_case", "note", ["case_id", "spell"])


def downgrade() -> None:
    """Drop them."""
    for name in ("note", "wall_scene", "wall_standing"):
        op.drop_table(name)
