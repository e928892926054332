"""Scheduled reports: the schedules that are known, and their runs.

Revision ID: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables of schedules and runs."""
    op.create_table(
        "report_schedule",
        sa.Column("key", sa.String(60), primary_key=True),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("since", sa.Double, nullable=False),
        sa.Column("spec", sa.String(120), nullable=False),
        sa.Column("told", sa.Text, nullable=False),
    )
    texts = [(name, sa.Text) for name in ("name", "link", "delivered", "why_zh", "why_en")]
    op.create_table(
        "report_run",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("schedule", sa.String(60), nullable=False),
        sa.Column("due", sa.Double, nullable=False),
        sa.Column("by", sa.String(40), nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("missed", sa.Integer, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_try", sa.Double, nullable=False),
        sa.Column("ended", sa.Double, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        *(sa.Column(name, kind, nullable=False) for name, kind in texts),
        sa.UniqueConstraint("schedule", "due", name="report_run_due"),
    )
    op.create_index("report_run_state", "report_run", ["state"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("report_run")
    op.drop_table("report_schedule")
