"""Control: each record as it is answered, presented once when it changes; made anew from the record at any time."""

from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Make the table, and mark every record that is shown as still to be presented."""
    op.execute("""
        CREATE TABLE control.screens (
            premises_id varchar PRIMARY KEY,
            revision integer NOT NULL,
            parent_id varchar,
            made_by varchar NOT NULL,
            holds_until timestamptz NOT NULL,
            body bytea
        )
    """)
    op.execute("CREATE INDEX screens_to_make ON control.screens (made_by, holds_until)")
    op.execute(
        "INSERT INTO control.screens (premises_id, revision, parent_id, made_by, holds_until) "
        "SELECT premises_id, revision, record -> 'premises' ->> 'parent_id', '', shown_at FROM control.shown"
    )
