"""The risk register: risk records with their versions, unverified additions, and the review queue."""

from alembic import op

revision = "0004"
down_revision = "0003"

TABLES = """
CREATE SCHEMA IF NOT EXISTS risk_register;

CREATE TYPE risk_register.review_state AS ENUM (
    'RECEIVED', 'VALIDATED', 'QUARANTINED', 'REPLAYED', 'RESOLVED', 'GEO_REVIEW', 'QUEUED', 'CLAIMED', 'CONFLICT',
    'PUBLISHED', 'PUBLISHED_AMENDED', 'RETURNED', 'RESUBMITTED', 'MERGED', 'REJECTED', 'ESCALATED', 'SUPERSEDED',
    'WITHDRAWN'
);

CREATE TYPE risk_register.review_warning AS ENUM (
    'SCORE_MISSING', 'LEVEL_DIFFERS', 'OVERRIDE_REFUSED', 'LIKELIHOOD_DOUBTED', 'LEVEL_LOWERED', 'OLDER_THAN_RECORD',
    'NOT_COMPLETED', 'NOT_COMPETENT', 'SENT_LATE', 'ABOUT_A_UNIT', 'PLACE_UNSURE'
);

CREATE TYPE risk_register.addition_kind AS ENUM ('ACCESS', 'HAZARD', 'EVACUATION', 'SYSTEM', 'EXTERNAL_WALL');

CREATE TYPE risk_register.resolution AS ENUM ('PUBLISHED', 'LEFT_OUT', 'REJECTED', 'OVERTAKEN');

CREATE TABLE risk_register.records (
    premises_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    premises JSONB NOT NULL,
    shown JSONB,
    restoring JSONB,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (premises_id)
);

CREATE TABLE risk_register.versions (
    premises_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    facts JSONB NOT NULL,
    inputs JSONB,
    seen JSONB NOT NULL,
    score JSONB,
    private JSONB,
    visit_id VARCHAR,
    restored_from INTEGER,
    published_by VARCHAR NOT NULL,
    first_approved_by VARCHAR,
    reason VARCHAR,
    visited_at TIMESTAMP WITH TIME ZONE,
    reviewed_on DATE,
    review_due_on DATE,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (premises_id, version)
);

CREATE TABLE risk_register.review_items (
    visit_id VARCHAR NOT NULL,
    premises_id VARCHAR NOT NULL,
    unit_id VARCHAR,
    unit_ref VARCHAR,
    state risk_register.review_state NOT NULL,
    version INTEGER NOT NULL,
    changed_by VARCHAR NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    base_version INTEGER NOT NULL,
    safety_critical BOOLEAN NOT NULL,
    base_level INTEGER,
    effective_level INTEGER,
    rank INTEGER NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    submitted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    is_full BOOLEAN NOT NULL,
    facts JSONB NOT NULL,
    inputs JSONB,
    visit JSONB NOT NULL,
    location JSONB NOT NULL,
    private JSONB NOT NULL,
    warnings risk_register.review_warning[] NOT NULL,
    claimed_by VARCHAR,
    lease_until TIMESTAMP WITH TIME ZONE,
    escalated_at TIMESTAMP WITH TIME ZONE,
    escalated_why VARCHAR,
    first_approval JSONB,
    amendment JSONB,
    decided_by VARCHAR,
    decided_at TIMESTAMP WITH TIME ZONE,
    reason VARCHAR,
    fields JSONB NOT NULL,
    decided_with VARCHAR,
    published_version INTEGER,
    PRIMARY KEY (visit_id)
);

CREATE INDEX review_items_of_premises ON risk_register.review_items (premises_id);

CREATE INDEX review_items_open ON risk_register.review_items (due_at)
    WHERE state IN ('QUEUED', 'CLAIMED', 'CONFLICT', 'ESCALATED');

CREATE INDEX review_items_decided ON risk_register.review_items (decided_at) WHERE decided_at IS NOT NULL;

CREATE TABLE risk_register.unverified_additions (
    id UUID NOT NULL,
    premises_id VARCHAR NOT NULL,
    visit_id VARCHAR NOT NULL,
    kind risk_register.addition_kind NOT NULL,
    summary VARCHAR NOT NULL,
    callsign VARCHAR NOT NULL,
    reported_at TIMESTAMP WITH TIME ZONE NOT NULL,
    shown_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expired_at TIMESTAMP WITH TIME ZONE,
    resolution risk_register.resolution,
    resolved_at TIMESTAMP WITH TIME ZONE,
    resolved_by VARCHAR,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX unverified_additions_shown_once ON risk_register.unverified_additions (visit_id, kind, summary)
    WHERE resolved_at IS NULL;

CREATE INDEX unverified_additions_of_premises ON risk_register.unverified_additions (premises_id)
    WHERE resolved_at IS NULL;

CREATE INDEX unverified_additions_to_expire ON risk_register.unverified_additions (expires_at)
    WHERE resolved_at IS NULL AND expired_at IS NULL;
"""

# A published version is evidence of what was known when: the database itself refuses to change or delete one.
APPEND_ONLY = """
CREATE TRIGGER versions_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON risk_register.versions
    FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();

CREATE TRIGGER review_items_are_kept BEFORE DELETE OR TRUNCATE ON risk_register.review_items
    FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();

CREATE TRIGGER unverified_additions_are_kept BEFORE DELETE OR TRUNCATE ON risk_register.unverified_additions
    FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();
"""


def upgrade() -> None:
    """Create the tables of the service."""
    op.execute(TABLES)
    op.execute(APPEND_ONLY)
