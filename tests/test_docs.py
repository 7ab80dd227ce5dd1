"""The documentation is tested: commands run, queries answer, settings and packages are the real ones, links lead somewhere."""

from __future__ import annotations

import re
import shlex
import tomllib
from datetime import date
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from graph.guard import check_query
from graph.iris import Iris
from graph.search_pattern import find_searches
from graph.snapshot import Snapshot
from keikaku.arguments import build_parser
from keikaku.cli import main
from keikaku.commands import COMMANDS
from keikaku.settings import SETTINGS
from search_api.search import SearchEngine
from search_api.sparql_search import fill_searches

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")] + sorted((ROOT / "docs").glob("*.md"))
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMAND_PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
CODE = "\n".join(
    path.read_text(encoding="utf-8") for part in ("graph", "ingest", "search_api", "keikaku") for path in (ROOT / part).rglob("*.py")
)


def blocks(text: str, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def shown_sessions() -> list[tuple[list[str], list[str]]]:
    """The commands of the README with the output printed below each."""
    sessions = []
    for block in blocks(README, "console"):
        first, _, output = block.partition("\n")
        sessions.append((shlex.split(first.removeprefix("$ keikaku ")), output.splitlines()))
    return sessions


@pytest.fixture(scope="session")
def searchable_town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The examples with their sentence vectors, as ``make run`` leaves them."""
    data = tmp_path_factory.mktemp("readme") / "data"
    assert main(["ingest", str(ROOT / "examples"), "--data", str(data)]) == 0
    return data


@pytest.mark.model
@pytest.mark.parametrize(("arguments", "expected"), shown_sessions(), ids=lambda value: value[0] if value else "")
def test_the_output_in_the_readme_is_real(
    arguments: list[str],
    expected: list[str],
    searchable_town: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Every line shown is printed; "…" stands for lines left out. To renew: run the command and paste."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "indicators.rq").write_text(blocks(README, "sparql")[0], encoding="utf-8")
    assert main([*arguments, "--data", str(searchable_town)]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == expected[0]
    # Which further passages stand as evidence may change with the ranking; that the line shown is a real one does not.
    assert [line for line in expected if line.startswith("オンライン申請")] == [
        line for line in printed if line.startswith("オンライン申請に対応")
    ]


QUERIES = [query for page in PAGES for query in blocks(page.read_text(encoding="utf-8"), "sparql")]


@pytest.mark.parametrize("query", [query for query in QUERIES if not find_searches(query)])
def test_documented_queries_have_answers(query: str, town: Path) -> None:
    assert Snapshot.open(town).store.query(query)


@pytest.mark.model
@pytest.mark.parametrize("query", [query for query in QUERIES if find_searches(query)])
def test_documented_searches_have_answers(query: str, searchable_town: Path) -> None:
    snapshot = Snapshot.open(searchable_town)
    filled = fill_searches(query, find_searches(query), SearchEngine.open(snapshot), Iris(snapshot.base_iri), date(2026, 4, 1))
    assert snapshot.store.query(check_query(query, (), data=filled.data).text)


@pytest.mark.seeds
def test_the_query_of_the_readme_lists_the_indicators_of_a_real_town(shared: Path, tmp_path: Path) -> None:
    main(["ingest", str(shared / "seeds"), "--data", str(tmp_path), "--keyword-only"])
    query = blocks(README, "sparql")[0].replace("若葉野市", "墨田区")
    rows = [{name: term.value for name, term in row.items()} for row in Snapshot.open(tmp_path).store.query(query)]
    documents = {
        row["文書"]
        for row in rows
        if row["指標"] == "キャッシュレス決済手続数" and (row["基準値"], row["実績"], row["目標"]) == ("13手続", "217手続", "40手続")
    }
    assert len(documents) == 2


def test_every_command_is_documented_as_it_is() -> None:
    synopsis = next(block for block in blocks(COMMAND_PAGE, "") if block.startswith("keikaku ingest"))
    documented = {line.split()[1] for line in synopsis.splitlines()}
    assert documented == {name.split()[0] for name in COMMANDS}
    for option in set(re.findall(r"--[a-z-]+", synopsis)):
        assert f'"{option}"' in (ROOT / "keikaku" / "arguments.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_documented_command_lines_can_be_parsed(page: Path) -> None:
    parser = build_parser(COMMANDS)
    text = page.read_text(encoding="utf-8")
    for block in blocks(text, "") + blocks(text, "console"):
        for line in block.splitlines():
            command = re.match(r"(?:\$ |.*\| )?(?:\.venv/bin/)?keikaku (.*)", line.partition("  #")[0])
            if command and not re.search(r"[\[|]|PATH\.\.\.|FILE\|", command[1]):
                parser.parse_args(shlex.split(command[1]))


def test_settings_are_documented_with_their_defaults() -> None:
    table = dict(re.findall(r"^\| `(KEIKAKU_\w+)` \|([^|]*)\|", COMMAND_PAGE, re.MULTILINE))
    for setting in SETTINGS:
        assert table[setting.variable].strip(" `") == setting.default
        assert setting.meaning in COMMAND_PAGE.replace("`", "")
    assert set(re.findall(r"KEIKAKU_[A-Z_]+[A-Z]", CODE)) == set(table)


def test_targets_of_make_are_documented() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split()) - {"help", "browser", "engines"}
    assert {target for target in targets if f"`make {target}" not in COMMAND_PAGE} == set()


def test_dependencies_are_documented_with_their_locked_versions() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked = dict(
        line.split("==") for line in (ROOT / "requirements" / "lock.txt").read_text(encoding="utf-8").splitlines() if "==" in line
    )
    for line in project["dependencies"] + project["optional-dependencies"]["test"]:
        requirement = Requirement(line)
        version = locked[requirement.name.lower()]
        assert requirement.specifier.contains(version)
        assert re.search(rf"^\|.*\b{requirement.name}\b.*\b{re.escape(version)}\b", page, re.MULTILINE), requirement.name


def test_no_dependency_is_under_the_gpl() -> None:
    lines = (ROOT / "requirements" / "lock.txt").read_text(encoding="utf-8").splitlines()
    for name in [line.partition("==")[0] for line in lines if "==" in line]:
        try:
            about = metadata(name)
        except PackageNotFoundError:  # locked for another platform or only for tests
            continue
        licences = [about.get("License-Expression") or "", *(c for c in about.get_all("Classifier") or [] if c.startswith("License"))]
        assert not re.search(r"\b[AL]?GPL|GNU", " ".join(licences)), name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files_of_the_project(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_nothing_tells_of_the_machine_it_was_written_on() -> None:
    for page in PAGES:
        assert not re.search(r"/(?:work|tmp|root|home)/", page.read_text(encoding="utf-8")), page.name
