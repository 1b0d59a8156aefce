"""The event log: which events are of something dangerous, so that readers who are behind hear of those first."""

from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Add the mark, and an index of the few events that bear it."""
    op.execute("ALTER TABLE platform.event_log ADD COLUMN urgent boolean NOT NULL DEFAULT false")
    op.execute("CREATE INDEX event_log_urgent ON platform.event_log (position) WHERE urgent")
