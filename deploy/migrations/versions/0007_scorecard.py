"""The scorecard: the state of every visit."""

from alembic import op

revision = "0007"
down_revision = "0006"

TABLES = """
CREATE SCHEMA IF NOT EXISTS scorecard;

CREATE TABLE scorecard.visits (
    visit_id VARCHAR NOT NULL,
    station VARCHAR,
    state VARCHAR NOT NULL,
    state_at TIMESTAMP WITH TIME ZONE NOT NULL,
    submitted_at TIMESTAMP WITH TIME ZONE,
    located_at TIMESTAMP WITH TIME ZONE,
    shown_at TIMESTAMP WITH TIME ZONE,
    finished_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (visit_id)
);

CREATE INDEX visits_by_state ON scorecard.visits (state, state_at);

CREATE TABLE scorecard.referrals (
    referral_id VARCHAR NOT NULL,
    visit_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    raised_at TIMESTAMP WITH TIME ZONE,
    acknowledge_by TIMESTAMP WITH TIME ZONE,
    acknowledged_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (referral_id)
);
"""


def upgrade() -> None:
    """Create the tables of the service."""
    op.execute(TABLES)
