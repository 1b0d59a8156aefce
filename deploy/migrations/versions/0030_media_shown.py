"""Control and the risk register: which photographs, plans and scans of a visit may be seen."""

from alembic import op

revision = "0030"
down_revision = "0029"

MEDIA = """
CREATE TABLE {schema}.media (
    visit_id VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL,
    mime VARCHAR NOT NULL,
    size INTEGER NOT NULL,
    caption VARCHAR,
    floor VARCHAR,
    scanned BOOLEAN NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (visit_id, sha256)
);
"""


def upgrade() -> None:
    """Create both tables."""
    for schema in ("control", "risk_register"):
        op.execute(MEDIA.format(schema=schema))
