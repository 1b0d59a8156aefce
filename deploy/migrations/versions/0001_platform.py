"""The plumbing: event log, cursors, inbox, quarantine, history, sealing keys, users."""

from alembic import op

revision = "0001"
down_revision = None

TABLES = """
CREATE SCHEMA IF NOT EXISTS platform;

CREATE TABLE platform.cursors (
    reader VARCHAR NOT NULL,
    position BIGINT DEFAULT '0' NOT NULL,
    moved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (reader)
);

CREATE TABLE platform.event_log (
    position BIGINT GENERATED ALWAYS AS IDENTITY,
    topic VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    event_id UUID NOT NULL,
    type VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    correlation_id VARCHAR NOT NULL,
    caused_by UUID,
    only_for VARCHAR,
    payload JSONB NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    said_at TIMESTAMP WITH TIME ZONE NOT NULL,
    transaction_id xid8 DEFAULT pg_current_xact_id() NOT NULL,
    PRIMARY KEY (position)
);

CREATE INDEX event_log_event_id ON platform.event_log (event_id);

CREATE INDEX event_log_said_at ON platform.event_log (said_at);

CREATE INDEX event_log_topic ON platform.event_log (topic, position);

CREATE TABLE platform.history (
    number BIGINT GENERATED ALWAYS AS IDENTITY,
    service VARCHAR NOT NULL,
    record VARCHAR NOT NULL,
    action VARCHAR NOT NULL,
    actor VARCHAR NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    details JSONB NOT NULL,
    correlation_id VARCHAR NOT NULL,
    previous_hash VARCHAR NOT NULL,
    hash VARCHAR NOT NULL,
    PRIMARY KEY (number)
);

CREATE INDEX history_record ON platform.history (service, record, number);

CREATE TABLE platform.inbox (
    service VARCHAR NOT NULL,
    event_id UUID NOT NULL,
    heard_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (service, event_id)
);

CREATE TABLE platform.local_users (
    name VARCHAR NOT NULL,
    password_hash VARCHAR NOT NULL,
    roles JSONB NOT NULL,
    station VARCHAR,
    PRIMARY KEY (name)
);

CREATE TABLE platform.quarantine (
    id UUID NOT NULL,
    service VARCHAR NOT NULL,
    topic VARCHAR NOT NULL,
    origin VARCHAR NOT NULL,
    key BYTEA,
    body BYTEA NOT NULL,
    headers JSONB NOT NULL,
    cause VARCHAR NOT NULL,
    explanation TEXT NOT NULL,
    can_be_released BOOLEAN NOT NULL,
    state VARCHAR NOT NULL,
    quarantined_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    decided_by VARCHAR,
    decision_note VARCHAR,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX quarantine_one_waiting_copy ON platform.quarantine (service, origin) WHERE state = 'waiting';

CREATE INDEX quarantine_waiting ON platform.quarantine (quarantined_at) WHERE state = 'waiting';

CREATE TABLE platform.sealing_keys (
    key_id VARCHAR NOT NULL,
    record VARCHAR NOT NULL,
    wrapped_key BYTEA,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    destroyed_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (key_id)
);

CREATE TABLE platform.sign_ins (
    secret_hash VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    user_name VARCHAR NOT NULL,
    roles JSONB NOT NULL,
    station VARCHAR,
    csrf_token VARCHAR NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (secret_hash)
);
"""

# The log and the history are evidence: the database itself refuses to change or delete a line of them.
APPEND_ONLY = """
CREATE FUNCTION platform.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$;

CREATE TRIGGER event_log_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON platform.event_log
    FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();

CREATE TRIGGER history_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON platform.history
    FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();
"""


def upgrade() -> None:
    """Create the tables of the plumbing."""
    op.execute(TABLES)
    op.execute(APPEND_ONLY)
