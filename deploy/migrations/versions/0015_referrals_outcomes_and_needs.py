"""The referrals: outcomes from a list, who sent a visit, and the help that people agreed to tell of."""

from alembic import op

revision = "0015"
down_revision = "0014"

CHANGES = """
ALTER TABLE referrals.referrals ADD COLUMN outcome VARCHAR;

ALTER TABLE safeguarding.cases ADD COLUMN outcome VARCHAR;

ALTER TABLE referrals.visits ADD COLUMN parent_id VARCHAR DEFAULT '' NOT NULL;

ALTER TABLE referrals.visits ADD COLUMN sent_by VARCHAR DEFAULT '' NOT NULL;

UPDATE referrals.visits SET sent_by = log.payload ->> 'submitted_by'
    FROM platform.event_log AS log
    WHERE log.topic = 'visits.concerns-noted' AND log.key = visits.visit_id;

UPDATE referrals.visits SET parent_id = log.payload -> 'premises' ->> 'parent_id'
    FROM platform.event_log AS log
    WHERE log.topic = 'premises.located' AND log.payload ->> 'visit_id' = visits.visit_id
        AND log.payload -> 'premises' ->> 'premises_id' = visits.premises_id
        AND log.payload -> 'premises' ->> 'parent_id' IS NOT NULL;

CREATE INDEX referrals_finished ON referrals.referrals (finished_at) WHERE finished_at IS NOT NULL;

CREATE INDEX cases_finished ON safeguarding.cases (finished_at) WHERE finished_at IS NOT NULL;

CREATE TABLE safeguarding.needs (
    visit_id VARCHAR NOT NULL,
    unit_mark VARCHAR NOT NULL,
    id UUID NOT NULL,
    premises_id VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    as_of TIMESTAMP WITH TIME ZONE NOT NULL,
    remove_at TIMESTAMP WITH TIME ZONE,
    facts JSONB,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_by VARCHAR NOT NULL,
    PRIMARY KEY (visit_id, unit_mark)
);

CREATE INDEX needs_of_premises ON safeguarding.needs (premises_id, unit_mark, as_of);

CREATE INDEX needs_to_remove ON safeguarding.needs (remove_at) WHERE state = 'GIVEN';
"""


def upgrade() -> None:
    """Add the columns, and the table of needs."""
    op.execute(CHANGES)
