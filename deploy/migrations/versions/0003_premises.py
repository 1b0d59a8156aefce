"""The premises: the gazetteer and what was decided about each address."""

from alembic import op

revision = "0003"
down_revision = "0002"

TABLES = """
CREATE SCHEMA IF NOT EXISTS premises;

CREATE TABLE premises.aliases (
    alias_id UUID NOT NULL,
    premises_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    former BOOLEAN NOT NULL,
    visit_id VARCHAR NOT NULL,
    learnt_by VARCHAR NOT NULL,
    learnt_at TIMESTAMP WITH TIME ZONE NOT NULL,
    undone_by VARCHAR,
    undone_at TIMESTAMP WITH TIME ZONE,
    generation BIGINT NOT NULL,
    PRIMARY KEY (alias_id)
);

CREATE INDEX aliases_generation ON premises.aliases (generation);

CREATE TABLE premises.areas (
    kind VARCHAR NOT NULL,
    code VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    shape BYTEA NOT NULL,
    source VARCHAR NOT NULL,
    PRIMARY KEY (kind, code)
);

CREATE TABLE premises.decisions (
    visit_id VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL,
    precision VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    score FLOAT NOT NULL,
    premises_id VARCHAR,
    evidence JSONB NOT NULL,
    candidates JSONB NOT NULL,
    place JSONB,
    written TEXT NOT NULL,
    fix JSONB,
    station VARCHAR NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    visit JSONB,
    private JSONB,
    decided_by VARCHAR NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
    note TEXT NOT NULL,
    version INTEGER NOT NULL,
    correlation_id VARCHAR NOT NULL,
    event_id UUID,
    PRIMARY KEY (visit_id)
);

CREATE INDEX decisions_decided ON premises.decisions (decided_at);

CREATE INDEX decisions_waiting ON premises.decisions (received_at) WHERE state = 'needs-person';

CREATE TABLE premises.gazetteer_generation (
    id INTEGER NOT NULL,
    number BIGINT NOT NULL,
    announced BIGINT NOT NULL,
    whole_from BIGINT NOT NULL,
    areas_from BIGINT NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE premises.loads (
    number BIGINT GENERATED ALWAYS AS IDENTITY,
    kind VARCHAR NOT NULL,
    file VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    loaded INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    refusals JSONB NOT NULL,
    loaded_by VARCHAR NOT NULL,
    loaded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (number)
);

CREATE TABLE premises.postcodes (
    postcode VARCHAR NOT NULL,
    easting FLOAT NOT NULL,
    northing FLOAT NOT NULL,
    source VARCHAR NOT NULL,
    PRIMARY KEY (postcode)
);

CREATE TABLE premises.premises (
    premises_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    address VARCHAR NOT NULL,
    postcode VARCHAR NOT NULL,
    easting FLOAT,
    northing FLOAT,
    parent_id VARCHAR,
    classification VARCHAR,
    logical_status INTEGER NOT NULL,
    source VARCHAR NOT NULL,
    attributes JSONB NOT NULL,
    generation BIGINT NOT NULL,
    PRIMARY KEY (premises_id)
);

CREATE INDEX premises_generation ON premises.premises (generation);

CREATE INDEX premises_place ON premises.premises (easting, northing);

CREATE TABLE premises.stations (
    station_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    easting FLOAT NOT NULL,
    northing FLOAT NOT NULL,
    source VARCHAR NOT NULL,
    PRIMARY KEY (station_id)
);
"""


def upgrade() -> None:
    """Create the tables of the service."""
    op.execute(TABLES)
