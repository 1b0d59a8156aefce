"""Risk register: who is competent to lead visits, and the published visits that are checked for quality.

Scorecard: what those checks found.
"""

from alembic import op

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    """Add the tables."""
    op.execute("""
        CREATE TABLE risk_register.competences (
            competence_id varchar PRIMARY KEY,
            person varchar NOT NULL,
            person_key varchar NOT NULL,
            from_on date NOT NULL,
            until_on date NOT NULL,
            basis varchar NOT NULL,
            entered_by varchar NOT NULL,
            entered_at timestamptz NOT NULL,
            withdrawn_on date,
            withdrawn_by varchar,
            withdrawn_at timestamptz,
            withdrawn_reason varchar
        )
    """)
    op.execute("CREATE INDEX competences_of_person ON risk_register.competences (person_key, until_on)")
    op.execute("""
        CREATE TABLE risk_register.quality_checks (
            visit_id varchar PRIMARY KEY,
            premises_id varchar NOT NULL,
            station varchar NOT NULL,
            visited_on date NOT NULL,
            published_at timestamptz NOT NULL,
            at_random boolean NOT NULL,
            not_competent boolean NOT NULL,
            authors jsonb NOT NULL,
            crew jsonb NOT NULL,
            reviewers jsonb NOT NULL,
            state varchar NOT NULL,
            version integer NOT NULL,
            answers jsonb NOT NULL,
            findings jsonb NOT NULL,
            points_right integer NOT NULL,
            points_asked integer NOT NULL,
            scored_by varchar,
            scored_at timestamptz
        )
    """)
    op.execute(
        "CREATE INDEX quality_checks_waiting ON risk_register.quality_checks (published_at, visit_id) "
        "WHERE state = 'WAITING'"
    )
    op.execute(
        "CREATE INDEX quality_checks_scored ON risk_register.quality_checks (published_at DESC, visit_id) "
        "WHERE state = 'SCORED'"
    )
    op.execute("""
        CREATE TABLE scorecard.quality_checks (
            visit_id varchar PRIMARY KEY,
            points_right integer NOT NULL,
            points_asked integer NOT NULL,
            at_random boolean NOT NULL,
            is_reopened boolean NOT NULL,
            checked_at timestamptz NOT NULL
        )
    """)
