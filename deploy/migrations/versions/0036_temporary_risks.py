"""Risk register: temporary risks as records of their own, kept for good and shown until somebody ends them."""

from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """Add the table."""
    op.execute("CREATE TYPE risk_register.temporary_source AS ENUM ('BY_HAND', 'REFERRAL', 'FAULT')")
    op.execute("CREATE TYPE risk_register.temporary_state AS ENUM ('IN_FORCE', 'TO_CONFIRM', 'ENDED')")
    op.execute("""
        CREATE TYPE risk_register.temporary_end AS ENUM ('BY_HAND', 'SEEN_WORKING', 'VISIT_REJECTED', 'VISIT_PUT_BACK')
    """)
    op.execute("""
        CREATE TABLE risk_register.temporary_risks (
            risk_id varchar PRIMARY KEY,
            premises_id varchar NOT NULL,
            what varchar NOT NULL,
            why varchar NOT NULL,
            owner varchar NOT NULL,
            source risk_register.temporary_source NOT NULL,
            starts_on date NOT NULL,
            ends_on date NOT NULL,
            raised_by varchar NOT NULL,
            raised_at timestamptz NOT NULL,
            changed_by varchar NOT NULL,
            changed_at timestamptz NOT NULL,
            callsign varchar,
            visit_id varchar,
            fact varchar,
            seen_at timestamptz,
            state risk_register.temporary_state NOT NULL,
            version integer NOT NULL,
            expired_at timestamptz,
            ended_at timestamptz,
            because risk_register.temporary_end,
            ended_reason varchar
        )
    """)
    op.execute("""
        CREATE INDEX temporary_risks_of_premises ON risk_register.temporary_risks (premises_id)
        WHERE ended_at IS NULL
    """)
    op.execute("""
        CREATE INDEX temporary_risks_open ON risk_register.temporary_risks (ends_on, risk_id) WHERE ended_at IS NULL
    """)
