"""The files that run RAVI elsewhere agree with one another and with the code, and open no door by mistake."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from prometheus_client import Counter, Gauge, Histogram

from services.command_line.wiring import RELAY, SERVICES
from services.shared import telemetry
from services.shared.service import Tools

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
ALL = sorted(name.replace("_", "-") for name in [*SERVICES, RELAY])
HELPERS = {"kafka", "postgres", "migrate", "grants", "topics", "operator", "proxy", "prometheus", "grafana"}
# A plain name such as postgres or apache/kafka, and a version that does not move.
PINNED_IMAGE = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*(/[a-z0-9]+([._-][a-z0-9]+)*)?:v?\d+\.\d+[a-z0-9.-]*")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """Return docker-compose.yml as it stands, its variables not yet filled in."""
    return dict(yaml.safe_load((ROOT / "docker-compose.yml").read_text()))


@pytest.fixture(scope="module")
def alerts() -> list[dict[str, Any]]:
    """Return the alert rules."""
    groups = yaml.safe_load((DEPLOY / "monitoring" / "alerts.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def kubernetes() -> list[dict[str, Any]]:
    """Return every object written in deploy/k8s, as written."""
    files = sorted((DEPLOY / "k8s").glob("*.yaml"))
    return [each for file in files for each in yaml.safe_load_all(file.read_text()) if each]


def routes_of_the_proxy() -> list[tuple[list[str], str]]:
    """Return the paths that the proxy sends to each service, in the order it tries them."""
    text = (DEPLOY / "proxy" / "Caddyfile").read_text()
    paths = {name: rest.split() for name, rest in re.findall(r"^\t@(\w+) path (.+)$", text, re.MULTILINE)}
    handled = re.findall(r"^\thandle @(\w+) \{\n\t\treverse_proxy \{\$\w+:([\w-]+):8080\}\n", text, re.MULTILINE)
    return [(paths[name], service) for name, service in handled]


def service_for(path: str) -> str | None:
    """Return the service that the proxy sends a path to; None for what every service answers alike."""
    for patterns, service in routes_of_the_proxy():
        for pattern in patterns:
            if path == pattern or (pattern.endswith("/*") and path.startswith(pattern[:-1])):
                return service
    return None


def test_every_service_that_ravi_serves_has_a_container_of_its_own(compose: dict[str, Any]) -> None:
    serving = {
        name: service["command"][1]
        for name, service in compose["services"].items()
        if service.get("command", [""])[0] == "serve"
    }
    assert serving == {name: name for name in ALL}
    assert set(compose["services"]) == set(ALL) | HELPERS


def test_all_containers_of_ours_run_the_one_image_and_may_do_little(compose: dict[str, Any]) -> None:
    for name in [*ALL, "migrate", "topics", "operator"]:
        service = compose["services"][name]
        assert service["image"] == "ravi:0.1.0", name
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "privileged" not in service, name


def test_no_port_is_open_beyond_this_machine(compose: dict[str, Any]) -> None:
    published = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert set(published) == {"proxy", "prometheus", "grafana"}
    for name, ports in published.items():
        assert all(str(port).startswith("127.0.0.1:") for port in ports), name
    assert all(service.get("network_mode") != "host" for service in compose["services"].values())


def test_only_the_proxy_and_monitoring_stand_on_a_network_that_leads_out(compose: dict[str, Any]) -> None:
    leads_out = {name for name, network in compose["networks"].items() if not (network or {}).get("internal")}
    assert leads_out == {"outside"}
    outside = {name for name, service in compose["services"].items() if leads_out & set(service["networks"])}
    assert outside == {"proxy", "prometheus", "grafana"}
    assert not set(compose["services"]["proxy"]["networks"]) & {"data", "messages"}


def test_every_image_is_pinned_and_named_without_a_registry(compose: dict[str, Any]) -> None:
    images = {service["image"] for service in compose["services"].values()}
    images |= set(re.findall(r"^FROM (\S+)", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE))
    written = "".join(file.read_text() for file in (DEPLOY / "k8s").glob("*.yaml"))
    images |= set(re.findall(r"^\s*image: (?!ravi$)(\S+)", written, re.MULTILINE))
    assert {image for image in images if not PINNED_IMAGE.fullmatch(image)} == set()


def test_a_service_waits_for_the_migration_the_rights_and_the_topics(compose: dict[str, Any]) -> None:
    done = {"condition": "service_completed_successfully"}
    for name in ALL:
        assert compose["services"][name]["depends_on"] == {"grants": done, "topics": done}, name
    assert compose["services"]["grants"]["depends_on"] == {"migrate": done}
    for name in ("kafka", "postgres", "proxy"):
        assert compose["services"][name]["healthcheck"]["test"], name
    assert "HEALTHCHECK" in (DEPLOY / "Dockerfile").read_text()


def test_every_service_signs_in_to_the_database_as_itself(compose: dict[str, Any]) -> None:
    for name in ALL:
        environment = compose["services"][name]["environment"]
        own = name.replace("-", "_")
        assert environment["RAVI_DATABASE"] == f"postgresql://ravi_{own}@postgres:5432/ravi"
        assert environment["PGPASSWORD"].startswith(f"${{{own.upper()}_DATABASE_PASSWORD:?")
        others = [key for key in environment if key.endswith("_DATABASE_PASSWORD")]
        assert others == ["RAVI_WEB_DATABASE_PASSWORD"], f"{name} is given passwords that are not its own"
        assert environment["RAVI_WEB_DATABASE"] == "postgresql://ravi_web@postgres:5432/ravi"
    with_the_key = {
        name for name, each in compose["services"].items() if "RAVI_MASTER_KEY" in each.get("environment", {})
    }
    assert with_the_key == {*ALL, "operator"}


def test_only_the_network_of_the_proxy_may_say_whom_it_speaks_for(compose: dict[str, Any]) -> None:
    (network,) = compose["networks"]["web"]["ipam"]["config"]
    for name in ALL:
        assert compose["services"][name]["environment"]["RAVI_TRUSTED_PROXY"] == network["subnet"]
    on_it = {name for name, each in compose["services"].items() if "web" in each.get("networks", [])}
    assert on_it == {*ALL, "operator", "proxy", "prometheus", "grafana"}


def test_the_example_names_every_variable_and_holds_no_secret() -> None:
    wanted = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    lines = [line for line in (DEPLOY / "env.example").read_text().splitlines() if line and line[0] != "#"]
    given = dict(line.split("=", 1) for line in lines)
    assert set(given) == wanted
    secret = {name for name in given if name.endswith(("PASSWORD", "_KEY"))}
    assert {name: given[name] for name in secret if given[name]} == {}
    assert "ravi.env" in (DEPLOY / ".gitignore").read_text().split()
    assert "deploy/ravi.env" in (ROOT / ".dockerignore").read_text().split()


def test_development_and_compose_run_the_same_kafka(compose: dict[str, Any]) -> None:
    pom = ElementTree.parse(DEPLOY / "kafka" / "pom.xml").getroot()
    version = pom.findtext(".//{http://maven.apache.org/POM/4.0.0}kafka.version")
    assert compose["services"]["kafka"]["image"] == f"apache/kafka:{version}"
    assert compose["services"]["kafka"]["environment"]["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"


def test_docker_itself_accepts_the_compose_file(tmp_path: Path) -> None:
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "compose", "version"], capture_output=True).returncode:
        pytest.skip("this machine has no docker compose; the rules above stand in for it")
    filled = tmp_path / "ravi.env"
    filled.write_text(re.sub(r"=$", "=something", (DEPLOY / "env.example").read_text(), flags=re.MULTILINE))
    asked = ["docker", "compose", "--env-file", str(filled), "--profile", "monitoring", "config", "--quiet"]
    answer = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr


def test_the_proxy_sends_every_route_to_the_service_that_has_it(tools: Tools) -> None:
    for name, build in SERVICES.items():
        for router in build(tools).routers:
            for route in router.routes:
                path = getattr(route, "path", "")
                assert service_for(path) == name.replace("_", "-"), f"{path} of {name}"


def test_the_proxy_keeps_the_metrics_inside_and_questions_out_of_its_logs() -> None:
    text = (DEPLOY / "proxy" / "Caddyfile").read_text()
    assert re.search(r"@inside path /metrics /health/ready\n\thandle @inside \{\n\t\trespond 404", text)
    assert len(re.findall(r"^\s*log \{", text, re.MULTILINE)) == text.count("import without_what_was_asked")
    assert 'request>uri regexp "\\?.*" ""' in text


def test_kubernetes_has_one_deployment_and_one_address_for_each_service() -> None:
    objects = kubernetes()
    serving = {
        each["metadata"]["name"]: each["spec"]["template"]["spec"]["containers"][0]["args"]
        for each in objects
        if each["kind"] == "Deployment" and each["metadata"]["name"] != "any"
    }
    assert serving == {name: ["serve", name] for name in ALL}
    assert sorted(each["metadata"]["name"] for each in objects if each["kind"] == "Service") == ALL


def test_the_door_of_the_cluster_leads_where_the_proxy_does() -> None:
    (ingress,) = [each for each in kubernetes() if each["kind"] == "Ingress"]
    paths = ingress["spec"]["rules"][0]["http"]["paths"]
    led = {path["path"]: path["backend"]["service"]["name"] for path in paths}
    assert {path: service for path, service in led.items() if service_for(path) not in (service, None)} == {}
    assert {pattern for patterns, _ in routes_of_the_proxy() for pattern in patterns if "*" not in pattern} <= set(led)
    assert [path for path in paths if path["path"] == "/" and path["pathType"] != "Exact"] == []
    assert not [path for path in led if "/metrics".startswith(path) and path != "/"]


def test_kustomize_puts_the_base_together() -> None:
    if shutil.which("kubectl") is None:
        pytest.skip("this machine has no kubectl")
    built = subprocess.run(["kubectl", "kustomize", str(DEPLOY / "k8s")], capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    for each in yaml.safe_load_all(built.stdout):
        if each["kind"] != "Deployment":
            continue
        (container,) = each["spec"]["template"]["spec"]["containers"]
        assert {"startupProbe", "readinessProbe", "livenessProbe"} <= set(container), each["metadata"]["name"]
        assert container["securityContext"]["readOnlyRootFilesystem"] is True


def test_alerts_and_the_dashboard_ask_only_for_numbers_that_exist(alerts: list[dict[str, Any]]) -> None:
    numbers = [value for value in vars(telemetry).values() if isinstance(value, (Counter, Gauge, Histogram))]
    known = {metric.name for number in numbers for metric in number.describe()}
    asked = " ".join(rule["expr"] for rule in alerts)
    asked += (DEPLOY / "monitoring" / "grafana" / "ravi.json").read_text()
    wanted = {re.sub(r"_(total|bucket)$", "", name) for name in re.findall(r"\bravi_\w+", asked)}
    assert wanted <= known


def test_the_runbook_says_what_to_do_for_every_alert(alerts: list[dict[str, Any]]) -> None:
    runbook = (DEPLOY / "runbook.md").read_text()
    headings = re.findall(r"^## (.+)$", runbook, re.MULTILINE)
    for rule in alerts:
        assert rule["alert"] in headings
        assert rule["annotations"]["runbook"] == f"deploy/runbook.md#{rule['alert'].lower()}"
        assert rule["labels"]["severity"] in ("page", "ticket")
    anchors = {heading.lower().replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([\w-]+)\)", runbook)) <= anchors


def test_prometheus_reads_every_service() -> None:
    scraped = yaml.safe_load((DEPLOY / "monitoring" / "prometheus.yml").read_text())["scrape_configs"][0]
    assert sorted(group["targets"][0] for group in scraped["static_configs"]) == [f"{name}:8080" for name in ALL]


def test_the_alerts_fire_when_they_should() -> None:
    if shutil.which("promtool") is None:
        pytest.skip("this machine has no promtool")
    rules = DEPLOY / "monitoring" / "alerts_test.yml"
    answer = subprocess.run(["promtool", "test", "rules", str(rules)], capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_the_dashboard_is_one_that_grafana_can_load() -> None:
    dashboard = json.loads((DEPLOY / "monitoring" / "grafana" / "ravi.json").read_text())
    assert dashboard["uid"] == "ravi"
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"]) > 6
    assert all(panel["targets"][0]["expr"] and panel["description"] for panel in dashboard["panels"])
