"""The referrals: who was told at each step, and the alarms that reach control; those of cases apart from the others."""

from alembic import op

revision = "0014"
down_revision = "0013"

ALARMS = """
CREATE TABLE {schema}.alarms (
    id UUID NOT NULL,
    about UUID NOT NULL,
    reference VARCHAR NOT NULL,
    sounded_at JSONB NOT NULL,
    times INTEGER NOT NULL,
    first_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_at TIMESTAMP WITH TIME ZONE NOT NULL,
    heard_at TIMESTAMP WITH TIME ZONE,
    heard_by VARCHAR,
    contact_at TIMESTAMP WITH TIME ZONE,
    contact_by VARCHAR,
    incident_number VARCHAR,
    ended_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX {prefix}alarms_open ON {schema}.alarms (about) WHERE ended_at IS NULL;

CREATE INDEX {prefix}alarms_about ON {schema}.alarms (about, first_at);

CREATE UNIQUE INDEX {prefix}alarms_reference ON {schema}.alarms (reference);
"""


def upgrade() -> None:
    """Add the two tables of alarms, and to each step the role that was told; let what still stands go off again."""
    for schema, prefix in (("referrals", ""), ("safeguarding", "case_")):
        op.execute(ALARMS.format(schema=schema, prefix=prefix))
        op.execute(f"ALTER TABLE {schema}.escalations ADD COLUMN told VARCHAR")
        op.execute(
            f"CREATE INDEX {prefix}escalations_told ON {schema}.escalations (told, about) "
            "WHERE told IS NOT NULL AND settled_at IS NULL"
        )
        # Until now a missing contact went off once and reached nobody: what still stands goes off again, to control.
        op.execute(
            f"UPDATE {schema}.escalations SET fired_at = NULL "
            "WHERE reason = 'NOBODY_SPOKEN_TO' AND fired_at IS NOT NULL AND settled_at IS NULL"
        )
