"""The control: what control is shown."""

from alembic import op

revision = "0006"
down_revision = "0005"

TABLES = """
CREATE SCHEMA IF NOT EXISTS control;

CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TABLE control.reads (
    number BIGINT GENERATED ALWAYS AS IDENTITY,
    premises_id VARCHAR NOT NULL,
    revision INTEGER NOT NULL,
    who VARCHAR NOT NULL,
    roles VARCHAR NOT NULL,
    station VARCHAR,
    purpose TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    correlation_id VARCHAR NOT NULL,
    PRIMARY KEY (number)
);

CREATE INDEX reads_premises ON control.reads (premises_id, at);

CREATE INDEX reads_who ON control.reads (who, at);

CREATE TABLE control.shown (
    premises_id VARCHAR NOT NULL,
    revision INTEGER NOT NULL,
    version INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    address VARCHAR NOT NULL,
    postcode VARCHAR NOT NULL,
    search_text TEXT NOT NULL,
    easting DOUBLE PRECISION NOT NULL,
    northing DOUBLE PRECISION NOT NULL,
    level INTEGER,
    base_level INTEGER,
    unverified INTEGER NOT NULL,
    because_of_visit VARCHAR,
    record JSONB NOT NULL,
    shown_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (premises_id)
);

CREATE INDEX shown_lately ON control.shown (shown_at);

CREATE INDEX shown_place ON control.shown USING gist (point(easting, northing));

CREATE INDEX shown_unverified ON control.shown (shown_at) WHERE unverified > 0;

CREATE INDEX shown_words ON control.shown USING gin (to_tsvector('simple', search_text)) WITH (fastupdate = off);

CREATE TABLE control.shown_history (
    premises_id VARCHAR NOT NULL,
    revision INTEGER NOT NULL,
    version INTEGER NOT NULL,
    level INTEGER,
    unverified INTEGER NOT NULL,
    because_of_visit VARCHAR,
    record JSONB NOT NULL,
    shown_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (premises_id, revision)
);

CREATE INDEX shown_history_time ON control.shown_history (premises_id, shown_at);

CREATE TABLE control.words (
    word VARCHAR NOT NULL,
    PRIMARY KEY (word)
);

CREATE INDEX words_spelling ON control.words USING gin (word gin_trgm_ops) WITH (fastupdate = off);

CREATE TRIGGER shown_history_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON control.shown_history
    FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();

CREATE TRIGGER reads_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON control.reads
    FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();
"""


def upgrade() -> None:
    """Create the tables of the service."""
    op.execute(TABLES)
