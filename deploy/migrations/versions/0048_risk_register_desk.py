"""Risk register: a reviewer's own filters, when they looked, notes between reviewers; what the queue is narrowed by."""

from alembic import op

revision = "0048"
down_revision = "0047"


def upgrade() -> None:
    """Add the tables, and columns that the database itself fills from the visit."""
    op.execute("""
        ALTER TABLE risk_register.review_items
            ADD COLUMN station varchar GENERATED ALWAYS AS (visit ->> 'station'::text) STORED,
            ADD COLUMN visit_kind varchar GENERATED ALWAYS AS (visit ->> 'visit_kind'::text) STORED,
            ADD COLUMN callsign varchar GENERATED ALWAYS AS (visit ->> 'callsign'::text) STORED
    """)
    op.execute("""
        CREATE TABLE risk_register.saved_filters (
            filter_id varchar PRIMARY KEY,
            person varchar NOT NULL,
            name varchar NOT NULL,
            wanted jsonb NOT NULL,
            saved_at timestamptz NOT NULL
        )
    """)
    op.execute("CREATE UNIQUE INDEX saved_filters_of_person ON risk_register.saved_filters (person, lower(name))")
    op.execute("""
        CREATE TABLE risk_register.looks (
            person varchar NOT NULL,
            what varchar NOT NULL,
            at timestamptz NOT NULL,
            PRIMARY KEY (person, what)
        )
    """)
    op.execute("""
        CREATE TABLE risk_register.review_notes (
            note_id varchar PRIMARY KEY,
            visit_id varchar NOT NULL,
            by varchar NOT NULL,
            at timestamptz NOT NULL,
            words varchar,
            taken_back_by varchar,
            taken_back_at timestamptz
        )
    """)
    op.execute("CREATE INDEX review_notes_of_visit ON risk_register.review_notes (visit_id, at)")
