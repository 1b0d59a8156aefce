"""Control: from where a record was read, and which watch is asked to have read what changed."""

from alembic import op

revision = "0049"
down_revision = "0048"


def upgrade() -> None:
    """Add a column to who read what, and the table of what watches are asked to read."""
    op.execute("ALTER TABLE control.reads ADD COLUMN channel varchar")
    op.execute("CREATE INDEX reads_at ON control.reads (at)")
    op.execute("""
        CREATE TABLE control.to_read (
            premises_id varchar NOT NULL,
            revision integer NOT NULL,
            station varchar NOT NULL,
            watch varchar NOT NULL,
            version integer NOT NULL,
            level integer NOT NULL,
            because jsonb NOT NULL,
            asked_at timestamptz NOT NULL,
            due_at timestamptz NOT NULL,
            acknowledged_at timestamptz,
            acknowledged_by varchar,
            acknowledged_from varchar,
            acknowledged_version integer,
            ended_at timestamptz,
            ended_because varchar,
            PRIMARY KEY (premises_id, revision, station, watch)
        )
    """)
    op.execute("""
        CREATE INDEX to_read_owed ON control.to_read (station, watch, due_at)
            WHERE acknowledged_at IS NULL AND ended_at IS NULL
    """)
    op.execute("CREATE INDEX to_read_due ON control.to_read (due_at)")
