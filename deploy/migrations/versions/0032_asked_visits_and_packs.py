"""Control: whose ground a record lies in, and what changed it last, so that tablets are given only what is new.

The risk register: what a visit amends, and the visits that crews are asked for.
"""

from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Add the columns; what is shown already is given its ground, or the station of the crew that reported it."""
    op.execute("ALTER TABLE control.shown ADD COLUMN station varchar")
    op.execute("ALTER TABLE control.shown ADD COLUMN changed_in xid8 NOT NULL DEFAULT pg_current_xact_id()")
    op.execute(
        "UPDATE control.shown SET station = coalesce("
        "record #>> '{premises,place,station_ground}', record #>> '{reports,0,station}')"
    )
    op.execute("ALTER TYPE risk_register.review_warning ADD VALUE 'AMENDS_ELSEWHERE'")
    op.execute("ALTER TABLE risk_register.review_items ADD COLUMN amends varchar")
    op.execute("ALTER TABLE risk_register.review_items ADD COLUMN set_out jsonb")
    op.execute("ALTER TABLE risk_register.review_items ADD COLUMN comments jsonb")
    op.execute("ALTER TABLE risk_register.review_items ADD COLUMN amends_found boolean NOT NULL DEFAULT false")
    op.execute("ALTER TABLE risk_register.review_items ALTER COLUMN amends_found DROP DEFAULT")
    op.execute("""
        CREATE TABLE risk_register.asks (
            ask_id varchar PRIMARY KEY,
            premises_id varchar NOT NULL,
            premises jsonb NOT NULL,
            reason varchar NOT NULL,
            due_on date NOT NULL,
            station varchar NOT NULL,
            watch varchar,
            asked_by varchar,
            asked_at timestamptz NOT NULL,
            ended_at timestamptz,
            because varchar,
            ended_reason varchar,
            ended_by varchar,
            visit_id varchar
        )
    """)
    op.execute("CREATE INDEX asks_of_premises ON risk_register.asks (premises_id, due_on)")
    op.execute("CREATE INDEX asks_open ON risk_register.asks (due_on) WHERE ended_at IS NULL")
    op.execute("CREATE INDEX shown_station ON control.shown (station)")
    op.execute("""
        CREATE TABLE control.packed (
            premises_id varchar PRIMARY KEY,
            revision integer NOT NULL,
            made_by integer NOT NULL,
            holds_until date NOT NULL,
            body text NOT NULL
        )
    """)
