"""`ravi gazetteer load` and `ravi match`: what an operator types, and what comes back."""

import csv
import json
import signal
from pathlib import Path
from time import sleep

import psycopg
import pytest
import typer
from typer.testing import CliRunner, Result

from services.command_line import gazetteer
from services.command_line.bulk_match import whole_file
from tests.benchmarks.child import Child
from tests.processes import a_child
from tests.services.premises_desk import AREA, TOWN_HALL

COLUMNS = [
    "query_id", "outcome", "premises_id", "precision", "score", "reason", "easting", "northing", "latitude",
    "longitude", "candidates",
]  # fmt: skip


@pytest.fixture
def ravi(database_address: str, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """Return a command line on the database of this test."""
    monkeypatch.setenv("RAVI_DATABASE", database_address)
    return CliRunner()


def run(ravi: CliRunner, *words: str | Path) -> Result:
    app = typer.Typer(pretty_exceptions_enable=False)
    gazetteer.register(app)
    return ravi.invoke(app, [str(word) for word in words])


def loaded(ravi: CliRunner) -> None:
    for file in ("postcodes.csv", "premises.csv"):
        result = run(ravi, "gazetteer", "load", AREA / file)
        assert result.exit_code == 0, result.output


def matched(ravi: CliRunner, folder: Path, text: str, *words: str) -> tuple[Result, list[dict[str, str]]]:
    (folder / "in.csv").write_text(text)
    result = run(ravi, "match", folder / "in.csv", "--output", folder / "out.csv", *words)
    if result.exit_code:
        return result, []
    with (folder / "out.csv").open(newline="") as opened:
        reader = csv.DictReader(opened)
        rows = list(reader)
        assert reader.fieldnames == COLUMNS
    return result, rows


def test_a_load_prints_what_came_of_each_row(ravi: CliRunner, tmp_path: Path) -> None:
    file = tmp_path / "shops.csv"
    file.write_text(
        "premises_id,name,address,postcode,easting,northing\n1,A,1 Sedge Row,XQ1 1AJ,354400,267400\n,B,,,1,1\n"
    )
    told = run(ravi, "gazetteer", "load", file, "--kind", "premises", "--source", "test")
    assert told.exit_code == 0, told.output
    assert "1 loaded, 0 updated, 0 the same as before, 1 refused" in told.output
    assert "line 3, premises_id: empty" in told.output
    as_json = json.loads(run(ravi, "gazetteer", "load", file, "--source", "test", "--json").output)
    assert (as_json["unchanged"], as_json["refused"]) == (1, 1)
    assert as_json["refusals"] == [{"line": 3, "field": "premises_id", "why": "empty"}]


def test_a_file_that_is_not_there_and_a_kind_that_is_none_fail_in_words(ravi: CliRunner, tmp_path: Path) -> None:
    missing = run(ravi, "gazetteer", "load", tmp_path / "absent.csv")
    assert missing.exit_code != 0
    assert "no such file" in str(missing.exception)
    assert run(ravi, "gazetteer", "load", AREA / "premises.csv", "--kind", "castles").exit_code != 0


def test_each_written_address_is_answered_in_the_order_of_the_file(ravi: CliRunner, tmp_path: Path) -> None:
    loaded(ravi)
    result, rows = matched(
        ravi,
        tmp_path,
        'query_id,query,latitude,longitude\nb,"Town Hall, Market Place, Arrelbridge XQ1 1AJ",,\n'
        "a,opposite the town hall Arrelbridge,52.3035,-2.6703\nc,zzz qqq,,\n",
        "--json",
    )
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert (told["addresses"], told["matched"], told["bad_rows"]) == (3, 1, 0)
    assert told["addresses_per_second"] > 0
    assert [row["query_id"] for row in rows] == ["b", "a", "c"]
    hall, beside, nothing = rows
    assert (hall["outcome"], hall["premises_id"], hall["precision"]) == ("matched", TOWN_HALL, "premises")
    assert (hall["easting"], hall["northing"]) == ("354388.00", "267478.00")
    assert float(hall["latitude"]) == pytest.approx(52.3035, abs=1e-3)
    assert hall["candidates"].split("|")[0] == TOWN_HALL
    assert (beside["outcome"], beside["premises_id"], beside["precision"]) == ("review", "", "near")
    assert (nothing["outcome"], nothing["precision"], nothing["easting"]) == ("unmatched", "none", "")


def test_a_faulty_row_is_reported_and_never_stops_the_others(ravi: CliRunner, tmp_path: Path) -> None:
    loaded(ravi)
    result, rows = matched(
        ravi,
        tmp_path,
        "query_id,query,latitude,longitude\n1,Town Hall Market Place Arrelbridge,north,west\n2,,,\n"
        ",Town Hall Market Place Arrelbridge,,\n4,Town Hall Market Place Arrelbridge,51,-40\n5\n",
        "--json",
    )
    assert result.exit_code == 0, result.output
    assert [row["query_id"] for row in rows] == ["1", "2", "", "4", "5"]
    assert [row["outcome"] for row in rows] == ["matched", "unmatched", "matched", "matched", "unmatched"]
    told = json.loads(result.stdout)["bad_row_reasons"]
    assert sorted((row["line"], row["field"]) for row in told) == [
        (2, "latitude"),
        (3, "query"),
        (4, "query_id"),
        (5, "latitude"),
        (6, "query"),
    ]


def test_many_addresses_are_shared_among_processes_and_answered_alike(ravi: CliRunner, tmp_path: Path) -> None:
    loaded(ravi)
    with (AREA / "premises.csv").open(newline="") as opened:
        addresses = [f"{row['name']} {row['address']} {row['postcode']}" for row in csv.DictReader(opened)][:850]
    lines = "\n".join(f'{at},"{address}"' for at, address in enumerate(addresses))
    result, many = matched(ravi, tmp_path, f"query_id,query\n{lines}\n")
    assert result.exit_code == 0, result.output
    assert [row["query_id"] for row in many] == [str(at) for at in range(850)]
    _, few = matched(ravi, tmp_path, "query_id,query\n" + "\n".join(lines.splitlines()[:40]) + "\n")
    assert few == many[:40]


def test_matching_without_a_gazetteer_or_without_the_columns_says_what_to_do(ravi: CliRunner, tmp_path: Path) -> None:
    result, _ = matched(ravi, tmp_path, "query_id,query\n1,Town Hall\n")
    assert "ravi gazetteer load" in str(result.exception)
    result, _ = matched(ravi, tmp_path, "id,address\n1,Town Hall\n")
    assert "missing columns: query, query_id" in str(result.exception)


def test_a_query_id_that_comes_twice_is_answered_twice_and_reported(ravi: CliRunner, tmp_path: Path) -> None:
    loaded(ravi)
    hall = "Town Hall Market Place Arrelbridge"
    result, rows = matched(ravi, tmp_path, f"query_id,query\n7,{hall}\n8,{hall}\n7,zzz qqq\n", "--json")
    assert [(row["query_id"], row["outcome"]) for row in rows] == [
        ("7", "matched"),
        ("8", "matched"),
        ("7", "unmatched"),
    ]
    [fault] = json.loads(result.stdout)["bad_row_reasons"]
    assert (fault["line"], fault["field"]) == (4, "query_id")


def test_addresses_in_the_windows_code_page_are_read(ravi: CliRunner, tmp_path: Path) -> None:
    loaded(ravi)
    (tmp_path / "latin.csv").write_bytes("query_id,query\né7,Tówn Hall Market Place Arrelbridge\n".encode("cp1252"))
    result = run(ravi, "match", tmp_path / "latin.csv", "--output", tmp_path / "out.csv")
    assert result.exit_code == 0, result.output
    assert "é7,matched" in (tmp_path / "out.csv").read_text(encoding="utf-8")


def test_an_output_that_cannot_be_one_is_refused_before_anything_is_matched(ravi: CliRunner, tmp_path: Path) -> None:
    loaded(ravi)
    questions = tmp_path / "in.csv"
    questions.write_text("query_id,query\n1,Town Hall\n")
    for output in (tmp_path / "absent" / "out.csv", tmp_path, questions):
        result = run(ravi, "match", questions, "--output", output)
        assert isinstance(result.exception, ValueError), output
    assert questions.read_text() == "query_id,query\n1,Town Hall\n"
    for nothing in ("", "query_id\n1\n"):
        questions.write_text(nothing)
        assert run(ravi, "match", questions, "--output", tmp_path / "out.csv").exit_code != 0
    questions.write_text("query_id,query\n")
    assert run(ravi, "match", questions, "--output", tmp_path / "out.csv").exit_code == 0
    assert (tmp_path / "out.csv").read_text().splitlines() == [",".join(COLUMNS)]


def test_answers_that_are_broken_off_leave_the_former_file_as_it_was(tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    output.write_text("the answers of yesterday")

    def break_off() -> None:
        with whole_file(output) as file:
            file.write("half of ")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("out.csv", "the answers of yesterday")]
    with whole_file(output) as file:
        file.write("all")
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("out.csv", "all")]


def test_a_load_that_is_stopped_keeps_nothing_and_says_so(tmp_path: Path, database_address: str) -> None:
    """Stopped by Ctrl-C with all of the file read, as it goes in: the last moment at which something could be kept."""
    file = tmp_path / "premises.csv"
    row = "{0},House {0},{0} Long Street,XX1 1XX,{1},150000"
    lines = ["premises_id,name,address,postcode,easting,northing"]
    lines += [row.format(number, 500_000 + number % 1000) for number in range(1, 12_001)]
    file.write_text("\n".join(lines))
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'premises.premises'::regclass"
    with psycopg.connect(database_address) as holding, psycopg.connect(database_address, autocommit=True) as looking:

        def count(sql: str) -> int:
            found = looking.execute(sql).fetchone()
            return int(found[0]) if found else 0

        holding.execute("LOCK TABLE premises.premises IN SHARE MODE")
        loading = Child(tmp_path, database_address, "gazetteer", "load", str(file))
        while not count(waiting):
            assert loading.process.poll() is None, (tmp_path / "child.log").read_text()
            sleep(0.05)
        loading.process.send_signal(signal.SIGINT)
        assert loading.process.wait(60) == 130
        holding.rollback()
        said = (tmp_path / "child.log").read_text()
        assert "Traceback" not in said
        assert "nothing of it was kept" in said
        assert count("SELECT count(*) FROM premises.premises") == 0
        assert count("SELECT number FROM premises.gazetteer_generation") == 0
        again = a_child(tmp_path, database_address, "gazetteer", "load", str(file))
        assert again.process.wait(120) == 0
        assert count("SELECT count(*) FROM premises.premises") == 12_000
