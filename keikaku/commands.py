"""What each command does. Imports are late where they are slow, so that ``keikaku report`` starts at once."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from keikaku.backup_commands import run_backup, run_restore, run_verify
from keikaku.exit_codes import ExitCode
from keikaku.os_errors import describe_os_error
from keikaku.progress import shown_progress
from keikaku.pushing import run_push
from keikaku.settings import Settings, resolve_settings
from keikaku.synonym_commands import question_lines, read_questions, run_accept, run_propose, run_try
from ontology.errors import NotAcceptable, SettingsError, SnapshotError

if TYPE_CHECKING:
    from graph.inline_data import FilledQuery
    from graph.snapshot import Snapshot
    from search_api.evaluation import GradedQuestion
    from search_api.mode_comparison import Comparison


def _settings(arguments: Namespace) -> Settings:
    return resolve_settings(vars(arguments))


def run_ingest(arguments: Namespace) -> ExitCode:
    from keikaku.compose import NO_EMBEDDING, NothingPublishedError, choose_embedding, ingest_documents
    from keikaku.report_text import ingest_lines, summarise

    settings = _settings(arguments)
    embedding = NO_EMBEDDING if arguments.keyword_only else choose_embedding()
    try:
        with shown_progress() as progress:
            done = ingest_documents(
                [Path(path) for path in arguments.paths], settings, embedding=embedding, only=arguments.only, progress=progress
            )
    except NothingPublishedError as error:
        for failure in error.failures:
            print(f"読めません: {failure.file_name}: {failure.reason}", file=sys.stderr)
        print(f"エラー: {error}", file=sys.stderr)
        return ExitCode.NOTHING_PUBLISHED
    except SnapshotError as error:
        print(f"エラー: {error}", file=sys.stderr)
        return ExitCode.NOTHING_PUBLISHED
    except OSError as error:
        place = error.filename or settings.data_dir
        print(f"エラー: {place}: {describe_os_error(error)}。何も公開していません（以前に公開したものはそのままです）", file=sys.stderr)
        return ExitCode.NOTHING_PUBLISHED
    failures = done.report["failures"]
    if done.changed:
        print("\n".join(ingest_lines(done.report)))
    else:
        print("変更はありません（同じ文書、同じ設定で作ったものが公開中です）")
    for failure in failures:
        print(f"読めません: {failure['file']}: {failure['reason']}", file=sys.stderr)
    print(f"{summarise(done.report)}。公開中: {done.snapshot.path}")
    return ExitCode.SOME_FAILED if failures else ExitCode.DONE


def run_serve(arguments: Namespace) -> ExitCode:
    from keikaku.serving import serve

    serve(_settings(arguments))
    return ExitCode.DONE


def run_search(arguments: Namespace) -> ExitCode:
    from graph.snapshot import Snapshot
    from keikaku.answers import SEARCH_COLUMNS, search_rows, search_text
    from search_api.clock import japanese_today
    from search_api.search import SearchEngine, SearchRequest

    engine = SearchEngine.open(Snapshot.open(_settings(arguments).data_dir))
    request = SearchRequest(
        query=arguments.query,
        limit=arguments.limit,
        mode=arguments.mode,
        municipality=arguments.municipality,
        department=arguments.department,
        fiscal_year=arguments.fiscal_year,
        today=japanese_today(),
    )
    _print_answer(engine.search(request).to_json(), arguments.format, search_text, search_rows, SEARCH_COLUMNS)
    return ExitCode.DONE


def run_owners(arguments: Namespace) -> ExitCode:
    from graph.snapshot import Snapshot
    from keikaku.answers import OWNER_COLUMNS, owner_rows, owners_text
    from search_api.clock import japanese_today
    from search_api.search import SearchEngine, SearchRequest

    engine = SearchEngine.open(Snapshot.open(_settings(arguments).data_dir))
    request = SearchRequest(arguments.query, today=japanese_today())
    _print_answer(engine.owners(request).to_json(), arguments.format, owners_text, owner_rows, OWNER_COLUMNS)
    return ExitCode.DONE


def _print_answer(answer, kind: str, as_text, as_rows, columns) -> None:
    from keikaku.tables import console, print_csv, print_json

    if kind == "json":
        print_json(answer)
    elif kind == "csv":
        print_csv(list(as_rows(answer)), columns)
    else:
        console(wrap=False).print(as_text(answer))


# What is asked of the engine for each format; graphs (CONSTRUCT, DESCRIBE) have no table.
_ACCEPT = {
    "table": "application/sparql-results+json, text/turtle;q=0.9",
    "json": "application/sparql-results+json, application/ld+json;q=0.9",
    "csv": "text/csv",
}


def run_sparql(arguments: Namespace) -> ExitCode:
    from graph.query_engines import open_query_engine
    from graph.query_limits import QueryLimits
    from graph.snapshot import Snapshot

    if arguments.examples:
        return _list_examples()
    settings = _settings(arguments)
    query = _read_text(arguments.query) if arguments.example is None else _example_text(arguments.example)
    snapshot = Snapshot.open(settings.data_dir)
    service = settings.service
    with open_query_engine(snapshot, service.remote_store, workers=1, timeout=service.query_timeout) as engine:
        try:
            limits = QueryLimits(max_rows=service.query_rows)
            result = engine.run(_fill_searches(query, snapshot), accept=_ACCEPT[arguments.format], limits=limits)
        except NotAcceptable as error:
            raise SettingsError(
                "--format csv は SELECT にだけ使えます。CONSTRUCT と DESCRIBE には table（Turtle）か json（JSON-LD）を指定してください"
            ) from error
    body = result.body.decode("utf-8")
    if arguments.format == "table" and result.media_type == "application/sparql-results+json":
        _print_solutions(json.loads(body))
    else:
        sys.stdout.write(body if body.endswith("\n") else body + "\n")
    if result.truncated:
        print(
            f"行数の上限（{service.query_rows:,}）で打ち切りました。条件を絞るか、KEIKAKU_QUERY_ROWS を大きくしてください", file=sys.stderr
        )
    return ExitCode.DONE


def _list_examples() -> ExitCode:
    """Name and title of each example query, under its category."""
    from itertools import groupby

    from graph.queries import example_queries

    for category, examples in groupby(example_queries(), key=lambda example: example.category):
        print(category)
        for example in examples:
            print(f"  {example.name}  {example.title}")
    return ExitCode.DONE


def _example_text(name: str) -> str:
    from graph.queries import example_queries

    for example in example_queries():
        if example.name == name:
            return example.text
    raise SettingsError(f"--example {name}: この名前の例はありません。名前は keikaku sparql --examples で確かめてください")


def _fill_searches(query: str, snapshot: Snapshot) -> FilledQuery:
    """The search engine is opened only for a query that searches: its models take a second to load."""
    from graph.inline_data import FilledQuery
    from graph.iris import Iris
    from graph.search_pattern import find_searches
    from search_api.clock import japanese_today
    from search_api.search import SearchEngine
    from search_api.sparql_search import fill_searches

    searches = find_searches(query)
    if not searches:
        return FilledQuery(query)
    return fill_searches(query, searches, SearchEngine.open(snapshot), Iris(snapshot.base_iri), japanese_today())


def _print_solutions(results: dict) -> None:
    from keikaku.tables import print_table

    if "boolean" in results:
        print("はい（true）" if results["boolean"] else "いいえ（false）")
        return
    names, rows = results["head"]["vars"], results["results"]["bindings"]
    print_table(names, [[row[name]["value"] if name in row else "" for name in names] for row in rows])
    print(f"{len(rows)} 行")


def _read_text(name: str) -> str:
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{name}: 開けません（{describe_os_error(error)}）") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{name}: UTF-8 で書かれたファイルを指定してください") from error


def run_report(arguments: Namespace) -> ExitCode:
    from graph.snapshot import Snapshot
    from keikaku.report_text import model_line, report_lines, summarise
    from keikaku.tables import print_json

    data_dir = _settings(arguments).data_dir
    snapshot = Snapshot.open(data_dir)
    report, models = snapshot.report, snapshot.manifest["index"]["encoders"]
    if arguments.format == "json":
        questions, _, withheld = read_questions(data_dir, every=arguments.all)
        print_json(report | {"models": models, "unanswered": [asdict(question) for question in questions], "withheld": withheld})
    else:
        questions = question_lines(data_dir, every=arguments.all)
        print("\n".join([*report_lines(report, with_unread=arguments.lines), *questions, model_line(models), summarise(report)]))
    return ExitCode.SOME_FAILED if report["failures"] else ExitCode.DONE


def run_export(arguments: Namespace) -> ExitCode:
    from graph.snapshot import Snapshot
    from keikaku.exporting import choose_writer

    snapshot = Snapshot.open(_settings(arguments).data_dir)
    write = choose_writer(snapshot, arguments.format, arguments.municipality, arguments.plan)
    if arguments.output is None:
        write(sys.stdout.buffer)
        return ExitCode.DONE
    try:
        with Path(arguments.output).open("wb") as file:
            write(file)
    except OSError as error:
        raise SettingsError(f"{arguments.output}: 書き込めません（{describe_os_error(error)}）") from error
    return ExitCode.DONE


def run_eval(arguments: Namespace) -> ExitCode:
    from graph.snapshot import Snapshot
    from search_api.evaluation import read_questions, select_graded
    from search_api.mode_comparison import MODES, compare_modes
    from search_api.search import SearchEngine

    snapshot = Snapshot.open(_settings(arguments).data_dir)
    units_file = Path(arguments.units) if arguments.units else None
    files = {path: read_questions(Path(path), snapshot.base_iri, units_file) for path in arguments.queries}
    engine = SearchEngine.open(snapshot)
    every = [question for questions in files.values() for question in questions]
    if missing := sorted({iri for question in every for iri in question.relevant} - {unit.iri for unit in engine.index.units}):
        print(
            f"正解のうち {len(missing)} 件が、公開中のデータにありません（見つからないものとして数えます）: {missing[0]} など",
            file=sys.stderr,
        )
    graded = select_graded(engine.index.units, every)
    modes = MODES if arguments.mode == "all" else (arguments.mode,)
    if not engine.index.encoders:
        if arguments.mode == "semantic":
            raise SettingsError("--mode semantic: 公開中のデータに意味の索引がありません。--keyword-only を付けずに取り込んでください")
        modes = tuple(mode for mode in modes if mode != "semantic")

    def compare(questions: list[GradedQuestion]) -> Comparison:
        return compare_modes(questions, engine.rank_units, modes, graded=graded)

    compared = {name: compare(questions) for name, questions in files.items()} if len(files) > 1 else {}
    _print_evaluation(compared, compare(every), arguments.format)
    return ExitCode.DONE


def _print_evaluation(files: Mapping[str, Comparison], together: Comparison, form: str) -> None:
    from keikaku.evaluation_text import explain_intervals, print_comparison
    from keikaku.tables import print_csv, print_json
    from search_api.mode_comparison import describe_bootstrap

    if form == "json":
        each = [{"file": name, **comparison.to_json()} for name, comparison in files.items()]
        print_json({"bootstrap": describe_bootstrap(), **together.to_json(), **({"files": each} if each else {})})
    elif form == "csv":
        rows = [{"file": name} | row for name, comparison in [*files.items(), ("", together)] for row in comparison.rows()]
        print_csv(rows, list(rows[0]) if rows else [])
    else:
        for name, comparison in files.items():
            print(name)
            print_comparison(comparison)
            print()
        if files:
            print(f"{len(files)} つの質問集を合わせて")
        print_comparison(together)
        print(explain_intervals())


def run_model_prepare(arguments: Namespace) -> ExitCode:
    from search_api.embedded_model import prepare

    with shown_progress() as progress:
        directory = prepare(progress=progress)
    print(f"埋め込みモデル: {directory}")
    return ExitCode.DONE


def run_model_carriers(arguments: Namespace) -> ExitCode:
    from search_api.carriers import CHIVE, MULTILINGUAL_E5

    for carrier in (MULTILINGUAL_E5, CHIVE):
        print(f"{carrier.project}=={carrier.version}")
    return ExitCode.DONE


COMMANDS = {
    "ingest": run_ingest,
    "serve": run_serve,
    "search": run_search,
    "owners": run_owners,
    "sparql": run_sparql,
    "report": run_report,
    "export": run_export,
    "push": run_push,
    "eval": run_eval,
    "synonyms propose": run_propose,
    "synonyms try": run_try,
    "synonyms accept": run_accept,
    "backup": run_backup,
    "restore": run_restore,
    "verify": run_verify,
    "model prepare": run_model_prepare,
    "model carriers": run_model_carriers,
}
