"""Visits: which photographs, plans and scans have arrived whole, and how far each has come since."""

from alembic import op

revision = "0029"
down_revision = "0028"

MEDIA = """
CREATE TABLE visits.media (
    visit_id VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL,
    mime VARCHAR NOT NULL,
    size INTEGER NOT NULL,
    contains_people BOOLEAN NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    received_by VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    taken_until TIMESTAMP WITH TIME ZONE,
    ready_at TIMESTAMP WITH TIME ZONE,
    scanned VARCHAR,
    shown_size INTEGER,
    width INTEGER,
    height INTEGER,
    PRIMARY KEY (visit_id, sha256)
);

CREATE INDEX media_to_prepare ON visits.media (received_at) WHERE state = 'ARRIVED';
"""


def upgrade() -> None:
    """Create the table."""
    op.execute(MEDIA)
