"""The settings, read once from the environment into one frozen object, with a safe local default for each."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from pathlib import Path

EMBEDDED = "embedded"
FEWEST_DIFFERENT = 10  # a random secret of 32 characters has more, even in hexadecimal
OPEN_TO_OTHERS = (
    "RAVI_HOST lets other machines in, and on a local system a role's name is all it takes to sign in as anybody: "
    "set RAVI_HOST=127.0.0.1 unless only you can reach it"
)
_BUCKET = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_ENDPOINTS = ("RAVI_MEDIA_ENDPOINT", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
_ENDPOINT = re.compile(r"https?://(?P<host>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?(/[A-Za-z0-9._/-]*)?")
LOCAL_MASTER_KEY = "local-only-master-key-not-a-secret"


@dataclass(frozen=True)
class Settings:
    """How this installation runs.

    `database` is "embedded" or a postgresql:// address; `kafka` is empty for embedded delivery or
    host:port[,host:port]; `kafka_idempotence` is off only for a broker without an idempotent producer;
    `master_key` is the text that wraps every data key; `master_key_old` still opens what it wrapped; `heads_dir` is
    where signed heads of the log are written, best on another machine's disk.
    `web_database` is the address for the user by which people are
    signed in, empty for `database` itself; `trusted_proxy` names the addresses or networks, commas between, that may
    say whom they speak for.
    `media_dir` holds photographs, plans and scans; where `media_bucket` is set, s3://bucket/prefix, only while they
    are on their way, and `media_endpoint` is where that bucket is if not at Amazon, over plain HTTP if
    `media_plain_http`; `clamd` is host:port of a virus scanner, empty where there is none.
    `intake_at_once` visits are taken at a time and `intake_waiting` more may wait; whoever else sends one is told when
    to send it again. `post_fire_questions` is a file of what a post-fire inspection must answer, None for
    the one that came with the product; `to_read` one of the watches that each station has, which are asked to have
    read what changed, and within how many days.
    """

    environment: str = "local"
    database: str = EMBEDDED
    kafka: str = ""
    kafka_idempotence: bool = True
    data_dir: Path = Path("var")
    host: str = "127.0.0.1"
    port: int = 8080
    master_key: str = LOCAL_MASTER_KEY
    master_key_old: str = ""
    oidc_issuer: str = ""
    heads_dir: Path | None = None
    web_database: str = ""
    web_database_password: str = ""
    trusted_proxy: str = ""
    media_dir: Path | None = None
    media_bucket: str = ""
    media_endpoint: str = ""
    media_plain_http: bool = False
    clamd: str = ""
    intake_at_once: int = 32
    intake_waiting: int = 32
    post_fire_questions: Path | None = None
    to_read: Path | None = None

    @property
    def heads_folder(self) -> Path:
        """Return the folder that signed heads are written to, beside the data unless another place is named."""
        return self.heads_dir or self.data_dir / "heads"

    @property
    def media_folder(self) -> Path:
        """Return the folder of photographs, plans and scans, with the data unless another place is named.

        Where they are kept in a bucket, those on their way still lie here.
        """
        return self.media_dir or self.data_dir / "media"

    @property
    def is_production(self) -> bool:
        """Return whether this installation holds real information about real people."""
        return self.environment == "production"


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings that the environment gives; raises `ValueError` naming the variable that is wrong."""
    env = os.environ if environ is None else environ
    environment = env.get("RAVI_ENV", "local")
    if environment not in ("local", "production"):
        raise ValueError(f"RAVI_ENV is {environment!r}: it must be local or production")
    port = env.get("RAVI_PORT", "8080")
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError(f"RAVI_PORT is {port!r}: it must be a port number from 1 to 65535")
    database = env.get("RAVI_DATABASE", EMBEDDED) or EMBEDDED
    if database != EMBEDDED and not database.startswith(("postgresql://", "postgresql+psycopg://")):
        raise ValueError("RAVI_DATABASE must be 'embedded' or begin with postgresql://")
    web_database = env.get("RAVI_WEB_DATABASE", "")
    if web_database and not web_database.startswith(("postgresql://", "postgresql+psycopg://")):
        raise ValueError("RAVI_WEB_DATABASE must be empty or begin with postgresql://")
    bucket, endpoint, plain_http = _bucket(env)
    return Settings(
        environment=environment,
        database=database,
        kafka=env.get("RAVI_KAFKA", ""),
        kafka_idempotence=env.get("RAVI_KAFKA_IDEMPOTENCE", "1") != "0",
        data_dir=Path(env.get("RAVI_DATA_DIR", "var")).absolute(),
        host=env.get("RAVI_HOST", "127.0.0.1"),
        port=int(port),
        master_key=env.get("RAVI_MASTER_KEY", "" if environment == "production" else LOCAL_MASTER_KEY),
        master_key_old=env.get("RAVI_MASTER_KEY_OLD", ""),
        oidc_issuer=env.get("RAVI_OIDC_ISSUER", ""),
        heads_dir=Path(env["RAVI_HEADS_DIR"]).absolute() if env.get("RAVI_HEADS_DIR") else None,
        media_dir=Path(env["RAVI_MEDIA_DIR"]).absolute() if env.get("RAVI_MEDIA_DIR") else None,
        media_bucket=bucket,
        media_endpoint=endpoint,
        media_plain_http=plain_http,
        clamd=_host_and_port("RAVI_CLAMD", env.get("RAVI_CLAMD", "")),
        web_database=web_database,
        web_database_password=env.get("RAVI_WEB_DATABASE_PASSWORD", ""),
        trusted_proxy=_trusted_proxy(env.get("RAVI_TRUSTED_PROXY", "")),
        intake_at_once=_count(env, "RAVI_INTAKE_AT_ONCE", 32),
        intake_waiting=_count(env, "RAVI_INTAKE_WAITING", 32),
        post_fire_questions=_file(env.get("RAVI_POST_FIRE_QUESTIONS", "")),
        to_read=_file(env.get("RAVI_TO_READ", "")),
    )


def _trusted_proxy(text: str) -> str:
    """Return the addresses and networks of the proxy; raises `ValueError` if one is not."""
    for each in filter(None, (part.strip() for part in text.split(","))):
        try:
            network = ip_network(each)
        except ValueError:
            raise ValueError(
                "RAVI_TRUSTED_PROXY must be addresses or networks, such as 10.20.30.4 or 10.20.30.0/24"
            ) from None
        if not network.prefixlen:
            raise ValueError("RAVI_TRUSTED_PROXY names every address there is: name the proxy's own")
    return text


def _bucket(env: Mapping[str, str]) -> tuple[str, str, bool]:
    """Return the bucket, where it is and whether over plain HTTP; raises `ValueError`, which repeats no address."""
    bucket = env.get("RAVI_MEDIA_BUCKET", "").rstrip("/")
    if not bucket:
        return "", "", False
    if not _BUCKET.fullmatch(bucket):
        raise ValueError("RAVI_MEDIA_BUCKET must be empty, s3://bucket or s3://bucket/prefix")
    name = next((each for each in _ENDPOINTS if env.get(each)), "")
    endpoint = env.get(name, "").rstrip("/")
    at = _ENDPOINT.fullmatch(endpoint)
    if endpoint and not at:
        raise ValueError(f"{name} must be an address such as https://host:port, with no name or key in it")
    plain = bool(at) and endpoint.startswith("http:")
    if at and plain and not _is_loopback(at["host"].strip("[]")) and env.get("RAVI_MEDIA_PLAIN_HTTP", "0") != "1":
        raise ValueError(
            f"{name} is plain HTTP to another machine: make it https, or set RAVI_MEDIA_PLAIN_HTTP=1 "
            "where nobody else can listen"
        )
    return bucket, endpoint, plain


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _host_and_port(name: str, text: str) -> str:
    host, _, port = text.rpartition(":")
    if text and not (host and port.isdigit() and 0 < int(port) < 65536):
        raise ValueError(f"{name} must be empty or host:port, such as clamav:3310")
    return text


def is_open_to_others(settings: Settings) -> bool:
    """Return whether this is a local system, where a name is enough to sign in, and others can reach it."""
    return not settings.is_production and not _is_loopback(settings.host)


def _file(named: str) -> Path | None:
    return Path(named).absolute() if named else None


def _count(env: Mapping[str, str], name: str, otherwise: int) -> int:
    text = env.get(name, str(otherwise))
    if not text.isdigit() or not 0 < int(text) <= 10_000:
        raise ValueError(f"{name} is {text!r}: it must be a number from 1 to 10000")
    return int(text)


def unsafe_for_production(settings: Settings) -> list[str]:
    """Return what is unsafe about these settings for real use, each with how to mend it; empty means safe."""
    findings = []
    if settings.database == EMBEDDED:
        findings.append("RAVI_DATABASE is the embedded database: name a PostgreSQL server")
    if not settings.master_key or settings.master_key == LOCAL_MASTER_KEY:
        findings.append("RAVI_MASTER_KEY is not set: give a secret of at least 32 characters")
    elif len(settings.master_key.strip()) < 32:
        findings.append(
            "RAVI_MASTER_KEY is shorter than 32 characters, blanks around it not counted: give a longer secret"
        )
    elif len(set(settings.master_key)) < FEWEST_DIFFERENT:
        findings.append(
            "RAVI_MASTER_KEY repeats a few characters: give a random secret, such as openssl rand -base64 32"
        )
    if not settings.oidc_issuer:
        findings.append("RAVI_OIDC_ISSUER is not set: people would have no way in, as local users are refused")
    return findings


def refuse_unsafe(settings: Settings) -> None:
    """Raise `ValueError` with every finding if this is production and something about it is unsafe."""
    findings = unsafe_for_production(settings) if settings.is_production else []
    if findings:
        raise ValueError("refusing to start in production: " + "; ".join(findings))
