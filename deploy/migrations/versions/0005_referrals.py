"""The referrals: referrals, and safeguarding in a schema of its own."""

from alembic import op

revision = "0005"
down_revision = "0004"

TABLES = """
CREATE SCHEMA IF NOT EXISTS referrals;
CREATE SCHEMA IF NOT EXISTS safeguarding;

CREATE TABLE referrals.escalations (
    id UUID NOT NULL,
    about UUID NOT NULL,
    reason VARCHAR NOT NULL,
    step INTEGER NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    fired_at TIMESTAMP WITH TIME ZONE,
    settled_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id)
);

CREATE INDEX escalations_due ON referrals.escalations (due_at) WHERE fired_at IS NULL AND settled_at IS NULL;

CREATE INDEX escalations_standing ON referrals.escalations (about) WHERE settled_at IS NULL;

CREATE TABLE referrals.referrals (
    id UUID NOT NULL,
    visit_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    raised_as VARCHAR NOT NULL,
    priority VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    station VARCHAR NOT NULL,
    raised_at TIMESTAMP WITH TIME ZONE NOT NULL,
    clock_started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    acknowledge_by TIMESTAMP WITH TIME ZONE NOT NULL,
    first_action_by TIMESTAMP WITH TIME ZONE,
    human_contact_by TIMESTAMP WITH TIME ZONE,
    acknowledged_at TIMESTAMP WITH TIME ZONE,
    acknowledged_by VARCHAR,
    spoken_at TIMESTAMP WITH TIME ZONE,
    finished_at TIMESTAMP WITH TIME ZONE,
    version INTEGER NOT NULL,
    unit_key VARCHAR NOT NULL,
    unit_ref VARCHAR,
    because JSONB NOT NULL,
    summary TEXT NOT NULL,
    by_crew JSONB NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX referrals_once ON referrals.referrals (visit_id, raised_as, unit_key);

CREATE INDEX referrals_open ON referrals.referrals (kind, acknowledge_by) WHERE finished_at IS NULL;

CREATE TABLE referrals.steps (
    id UUID NOT NULL,
    about UUID NOT NULL,
    version INTEGER NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    by VARCHAR NOT NULL,
    action VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX steps_about ON referrals.steps (about, version);

CREATE TABLE referrals.visits (
    visit_id VARCHAR NOT NULL,
    written VARCHAR NOT NULL,
    unit_ref VARCHAR NOT NULL,
    callsign VARCHAR NOT NULL,
    premises_id VARCHAR NOT NULL,
    premises_name VARCHAR NOT NULL,
    address VARCHAR NOT NULL,
    postcode VARCHAR NOT NULL,
    station_ground VARCHAR NOT NULL,
    district VARCHAR NOT NULL,
    located_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (visit_id)
);

CREATE TABLE safeguarding.cases (
    id UUID NOT NULL,
    visit_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    raised_as VARCHAR NOT NULL,
    priority VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    station VARCHAR NOT NULL,
    raised_at TIMESTAMP WITH TIME ZONE NOT NULL,
    clock_started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    acknowledge_by TIMESTAMP WITH TIME ZONE NOT NULL,
    first_action_by TIMESTAMP WITH TIME ZONE,
    human_contact_by TIMESTAMP WITH TIME ZONE,
    acknowledged_at TIMESTAMP WITH TIME ZONE,
    acknowledged_by VARCHAR,
    spoken_at TIMESTAMP WITH TIME ZONE,
    finished_at TIMESTAMP WITH TIME ZONE,
    version INTEGER NOT NULL,
    number INTEGER NOT NULL,
    held BOOLEAN NOT NULL,
    narrative JSONB NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX cases_once ON safeguarding.cases (visit_id, raised_as, number);

CREATE INDEX cases_open ON safeguarding.cases (kind, acknowledge_by) WHERE finished_at IS NULL;

CREATE TABLE safeguarding.escalations (
    id UUID NOT NULL,
    about UUID NOT NULL,
    reason VARCHAR NOT NULL,
    step INTEGER NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    fired_at TIMESTAMP WITH TIME ZONE,
    settled_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id)
);

CREATE INDEX case_escalations_due ON safeguarding.escalations (due_at) WHERE fired_at IS NULL AND settled_at IS NULL;

CREATE INDEX case_escalations_standing ON safeguarding.escalations (about) WHERE settled_at IS NULL;

CREATE TABLE safeguarding.people (
    visit_id VARCHAR NOT NULL,
    id UUID NOT NULL,
    facts JSONB NOT NULL,
    PRIMARY KEY (visit_id)
);

CREATE TABLE safeguarding.reads (
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    who VARCHAR NOT NULL,
    purpose VARCHAR NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    open_until TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX reads_of_case ON safeguarding.reads (case_id, at);

CREATE TABLE safeguarding.steps (
    id UUID NOT NULL,
    about UUID NOT NULL,
    version INTEGER NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    by VARCHAR NOT NULL,
    action VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    words JSONB,
    PRIMARY KEY (id)
);

CREATE INDEX case_steps_about ON safeguarding.steps (about, version);
"""


def upgrade() -> None:
    """Create the tables of the service."""
    op.execute(TABLES)
