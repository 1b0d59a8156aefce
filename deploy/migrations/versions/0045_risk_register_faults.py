"""Risk register: faults that responsible persons report, who answers for which premises, temporary risks removed.

What was done to a temporary risk moves beside it, so that it can be removed with it; old lines are copied.
Referrals: by when a crew wants a caution of its visit looked at again.
"""

from alembic import op

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    """Add the tables, and what a temporary risk may come from and end by."""
    op.execute("ALTER TYPE risk_register.temporary_source ADD VALUE 'RESPONSIBLE_PERSON'")
    op.execute("ALTER TYPE risk_register.temporary_end ADD VALUE 'SENT_AGAIN'")
    op.execute("ALTER TYPE risk_register.temporary_end ADD VALUE 'REPAIR_REPORTED'")
    op.execute("""
        CREATE TABLE risk_register.answering (
            answering_id varchar PRIMARY KEY,
            account varchar NOT NULL,
            account_key varchar NOT NULL,
            organisation varchar NOT NULL,
            premises_id varchar NOT NULL,
            given_by varchar NOT NULL,
            given_at timestamptz NOT NULL,
            ended_by varchar,
            ended_at timestamptz,
            ended_reason varchar
        )
    """)
    op.execute("""
        CREATE UNIQUE INDEX answering_now ON risk_register.answering (account_key, premises_id) WHERE ended_at IS NULL
    """)
    op.execute("""
        CREATE TABLE risk_register.faults (
            number varchar PRIMARY KEY,
            account_key varchar NOT NULL,
            organisation varchar NOT NULL,
            reference varchar NOT NULL,
            reference_key varchar NOT NULL,
            premises_id varchar NOT NULL,
            kind varchar NOT NULL,
            location varchar NOT NULL,
            since timestamptz NOT NULL,
            expected_on date,
            received_at timestamptz NOT NULL,
            content_mark varchar NOT NULL,
            contact jsonb NOT NULL,
            risk_id varchar NOT NULL,
            repaired_at timestamptz,
            closed_at timestamptz
        )
    """)
    for index in (
        "INDEX faults_of_account ON risk_register.faults (account_key, received_at)",
        "UNIQUE INDEX faults_by_reference ON risk_register.faults (account_key, reference_key)",
        "INDEX faults_open ON risk_register.faults (since, number) WHERE closed_at IS NULL",
        "INDEX faults_closed ON risk_register.faults (closed_at) WHERE closed_at IS NOT NULL",
        "INDEX faults_of_risk ON risk_register.faults (risk_id) WHERE closed_at IS NULL",
    ):
        op.execute(f"CREATE {index}")
    op.execute("""
        CREATE TABLE risk_register.sealing_keys (
            key_id varchar PRIMARY KEY,
            record varchar NOT NULL,
            wrapped_key bytea,
            made_at timestamptz NOT NULL,
            destroyed_at timestamptz
        )
    """)
    op.execute("""
        CREATE TABLE risk_register.temporary_changes (
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            risk_id varchar NOT NULL,
            action varchar NOT NULL,
            by varchar NOT NULL,
            at timestamptz NOT NULL,
            why varchar NOT NULL,
            until date NOT NULL
        )
    """)
    op.execute("CREATE INDEX temporary_changes_of_risk ON risk_register.temporary_changes (risk_id, number)")
    op.execute("""
        INSERT INTO risk_register.temporary_changes (risk_id, action, by, at, why, until)
        SELECT substr(record, 16), action, COALESCE(details ->> 'by', ''), at, COALESCE(details ->> 'why', ''),
            CAST(details ->> 'until' AS date)
        FROM platform.history
        WHERE service = 'risk_register' AND record LIKE 'temporary-risk/%' AND details ? 'until' ORDER BY number
    """)
    op.execute("""
        CREATE INDEX temporary_risks_ended ON risk_register.temporary_risks (ended_at) WHERE ended_at IS NOT NULL
    """)
    op.execute("ALTER TABLE referrals.visits ADD COLUMN marker_review_on date")
