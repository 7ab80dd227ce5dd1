"""``keikaku synonyms``: what people ask and the plans call otherwise. Imports are late where they are slow."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from keikaku.exit_codes import ExitCode
from keikaku.settings import resolve_settings
from search_api.settings import QUERY_LOG

if TYPE_CHECKING:
    from graph.snapshot import Snapshot
    from keikaku.synonyms import Change, Proposal
    from search_api.evaluation import Figures, GradedQuestion
    from search_api.query_log import LoggedQuestion
    from search_api.search import SearchEngine

# A question that was asked once may tell of one person; the report shows it only when asked to.
SHOWN_FROM = 2
MOST_QUESTIONS = 30


def read_questions(data_dir: Path, *, every: bool = False) -> tuple[list[LoggedQuestion], int, int]:
    """The logged questions asked ``SHOWN_FROM`` times at least (or ``every`` one), how many others there are, and how many were withheld."""
    from search_api.query_log import read

    questions, withheld = read(data_dir / QUERY_LOG)
    shown = [question for question in questions if every or question.count >= SHOWN_FROM]
    return shown, len(questions) - len(shown), withheld


def question_lines(data_dir: Path, *, every: bool = False) -> list[str]:
    """What the report tells about questions that were not answered; nothing where none was logged."""
    from search_api.query_log import KINDS

    shown, rare, withheld = read_questions(data_dir, every=every)
    if not (shown or rare or withheld):
        return []
    lines = ["■ 答えの見つからなかった問い"]
    for question in shown[:MOST_QUESTIONS]:
        first = f"、先頭は「{question.title}」" if question.title else ""
        lines.append(f"   {question.count} 回 {question.text}（{KINDS[question.kind]}{first}、最後は {question.last_day}）")
    hidden = [
        f"ほか {len(shown) - MOST_QUESTIONS} 件" if len(shown) > MOST_QUESTIONS else "",
        f"一度だけの問い {rare} 件は --all で" if rare else "",
        f"個人に関わるおそれがあるため、数えるだけで書かなかった問い {withheld} 回" if withheld else "",
    ]
    lines += [f"   {line}" for line in hidden if line]
    return [*lines, "   言い換えの提案: keikaku synonyms propose"]


def run_propose(arguments: Namespace) -> ExitCode:
    """Propose, show with numbers, and keep the proposals so that the numbers hold."""
    from graph.snapshot import Snapshot
    from keikaku.synonyms import SOURCES, keep_proposals, propose
    from keikaku.tables import print_json, print_table
    from search_api.search import SearchEngine

    data_dir = resolve_settings(vars(arguments)).data_dir
    questions, rare, _ = read_questions(data_dir, every=arguments.all)
    proposals = propose(SearchEngine.open(Snapshot.open(data_dir)), questions) if questions else []
    keep_proposals(data_dir, proposals)
    if arguments.format == "json":
        print_json([{"number": number, **_as_json(proposal)} for number, proposal in enumerate(proposals, 1)])
        return ExitCode.DONE
    if not proposals:
        print("提案はありません" + (f"（一度だけの問い {rare} 件は --all で）" if rare else ""))
        return ExitCode.DONE
    rows = [[str(n), p.said, p.plan, SOURCES[p.source], str(p.count), p.example] for n, p in enumerate(proposals, 1)]
    print_table(["番号", "人の言い方", "計画の言葉", "根拠", "回数", "問いの例"], rows)
    print("確かめる: keikaku synonyms try 番号…　採り入れる: keikaku synonyms accept 番号…")
    return ExitCode.DONE


def run_try(arguments: Namespace) -> ExitCode:
    """Show what the chosen proposals would change, before anything is written."""
    from graph.snapshot import Snapshot
    from keikaku.synonyms import choose, compare, read_with, with_thesaurus
    from keikaku.tables import print_json
    from search_api.evaluation import evaluate, select_graded
    from search_api.search import SearchEngine

    data_dir = resolve_settings(vars(arguments)).data_dir
    chosen = choose(data_dir, arguments.numbers)
    snapshot = Snapshot.open(data_dir)
    engine = SearchEngine.open(snapshot)
    before, after = (with_thesaurus(engine, read_with(data_dir, proposals), data_dir / "cache") for proposals in ((), chosen))
    logged, _, _ = read_questions(data_dir, every=arguments.all)
    changes = compare(before, after, dict.fromkeys([question.text for question in logged] + [proposal.example for proposal in chosen]))
    graded = _read_graded(arguments, snapshot, engine)
    counts = select_graded(engine.index.units, graded)
    evaluations = [evaluate(graded, one.rank_units, graded=counts) for one in (before, after)] if graded else []
    if arguments.format == "json":
        told = {name: evaluation.to_json() for name, evaluation in zip(("before", "after"), evaluations, strict=False)}
        print_json({"proposals": [_as_json(proposal) for proposal in chosen], "changes": [_change_json(c) for c in changes], **told})
        return ExitCode.DONE
    for proposal in chosen:
        print(f"「{proposal.said}」→「{proposal.plan}」")
    _print_changes(changes)
    if evaluations:
        _print_figures([evaluation.overall for evaluation in evaluations], [(e.silent, e.unanswerable) for e in evaluations])
    else:
        print("採点つきの質問集での変化: --questions に質問集を指定すると示します")
    return ExitCode.DONE


def run_accept(arguments: Namespace) -> ExitCode:
    """Write the chosen proposals into the user's thesaurus."""
    from keikaku.synonyms import accept, choose

    data_dir = resolve_settings(vars(arguments)).data_dir
    chosen = choose(data_dir, arguments.numbers)
    path = accept(data_dir, chosen)
    print(f"{path} に {len(chosen)} 件を書き足しました。同じ文書で keikaku ingest をもう一度行うと、検索に効きます")
    return ExitCode.DONE


def _read_graded(arguments: Namespace, snapshot: Snapshot, engine: SearchEngine) -> list[GradedQuestion]:
    """The questions of ``--questions``; else those about the example town, where that is what is published."""
    from search_api.evaluation import read_questions as read_graded

    path = Path(arguments.questions) if arguments.questions else Path(__file__).with_name("example_questions.json")
    graded = read_graded(path, snapshot.base_iri, Path(arguments.units) if arguments.units else None)
    if arguments.questions:
        return graded
    known = {unit.iri for unit in engine.index.units}
    return graded if any(iri in known for question in graded for iri in question.relevant) else []


def _print_changes(changes: Sequence[Change]) -> None:
    if not changes:
        print("記録された問いの答えは変わりません")
    for change in changes:
        before, after = (f"{count} 件「{title}」" if count else "答えなし" for count, title in (change.before, change.after))
        print(f"   {change.question}: {before} → {after}")
    answered = sum(change.before[0] == 0 < change.after[0] for change in changes)
    print(f"新たに答えの見つかる問い {answered} 件")


def _print_figures(figures: Sequence[Figures], silence: Sequence[tuple[int, int]]) -> None:
    from keikaku.tables import print_table

    before, after = (one.means for one in figures)
    print_table(["", *before], [["前", *_cells(before)], ["後", *_cells(after)], ["差", *(f"{after[m] - before[m]:+.3f}" for m in before)]])
    if silence[0][1]:
        print(f"答えのない問い {silence[0][1]} 件のうち、空の答え 前 {silence[0][0]} 件、後 {silence[1][0]} 件")
    print(f"（問い {figures[0].count} 件）")


def _cells(means: dict[str, float]) -> list[str]:
    return [f"{mean:.3f}" for mean in means.values()]


def _as_json(proposal: Proposal) -> dict[str, object]:
    return {name: getattr(proposal, name) for name in ("said", "plan", "source", "count", "example")}


def _change_json(change: Change) -> dict[str, object]:
    def side(found: tuple[int, str]) -> dict[str, object]:
        return {"total": found[0], "first": found[1] or None}

    return {"question": change.question, "before": side(change.before), "after": side(change.after)}
