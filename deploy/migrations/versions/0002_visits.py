"""The visits: what the crews sent, what was sealed of it, and what became of it."""

from alembic import op

revision = "0002"
down_revision = "0001"

TABLES = """
CREATE SCHEMA IF NOT EXISTS visits;

CREATE TABLE visits.sealed_parts (
    visit_id VARCHAR NOT NULL,
    private JSONB NOT NULL,
    concerns JSONB NOT NULL,
    PRIMARY KEY (visit_id)
);

CREATE TABLE visits.story (
    visit_id VARCHAR NOT NULL,
    step VARCHAR NOT NULL,
    about VARCHAR NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    detail TEXT NOT NULL,
    fields JSONB NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (visit_id, step, about)
);

CREATE TABLE visits.visits (
    visit_id VARCHAR NOT NULL,
    content_sha256 VARCHAR NOT NULL,
    submitted_by VARCHAR NOT NULL,
    station VARCHAR NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    open_part JSONB NOT NULL,
    warnings JSONB NOT NULL,
    PRIMARY KEY (visit_id)
);

CREATE INDEX visits_of_author ON visits.visits (submitted_by, received_at);

CREATE INDEX visits_of_station ON visits.visits (station, received_at);
"""


def upgrade() -> None:
    """Create the tables of the service."""
    op.execute(TABLES)
