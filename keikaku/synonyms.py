"""Questions that found nothing → proposals for the user's own thesaurus, what they would change, and writing those that are accepted."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from graph.durable import encode_json, replace_file
from ontology.errors import SettingsError
from search_api.completions import find_compounds
from search_api.concepts import ConceptMemory
from search_api.folding import fold
from search_api.query_log import LoggedQuestion
from search_api.search import Asked, SearchEngine, SearchRequest
from search_api.text_analysis import Token, analyse
from search_api.thesaurus import OWN, USER_FILE, Thesaurus, read_thesaurus
from search_api.unanswered import judge_search

# In the data folder: what was proposed last, so that the numbers shown are those that can be tried and accepted.
PROPOSED = "synonyms-proposed.json"
SOURCES = {"spelling": "綴り・読みが近い", "near": "近い意味の語", "concept": "シソーラスの語", "title": "意味の近い取組"}
MOST = 40
# A candidate word stands in the plans, and is near enough in chiVe to be worth a look (accepted by a person, not by the engine).
_NEAR_COSINE = 0.45
_EACH = 2
# All but letters, digits and Japanese is escaped in IRIs.
_UNSAFE = re.compile(r"[^0-9A-Za-z_\-\u3005\u3007\u3041-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who says ``said`` means what plans write as ``plan``. ``count`` questions have it, ``example`` is one of them."""

    said: str
    plan: str
    source: str
    count: int
    example: str


@dataclass(frozen=True, slots=True)
class Change:
    """What a logged question finds before and after: how many units, and the title of the first, "" where there is none."""

    question: str
    before: tuple[int, str]
    after: tuple[int, str]


def propose(engine: SearchEngine, questions: Iterable[LoggedQuestion]) -> list[Proposal]:
    """Proposals for the questions that still find nothing or little, those that were asked most first."""
    found: dict[tuple[str, str], Proposal] = {}
    written = fold("\n".join(field.text for unit in engine.index.units for field in unit.fields)).text
    for question in questions:
        candidates = {(said, plan): source for said, plan, source in reversed([*_candidates(engine, question.text, written)])}
        for (said, plan), source in candidates.items():
            known = found.get((said, plan), Proposal(said, plan, source, 0, question.text))
            found[said, plan] = replace(known, count=known.count + question.count)
    order = list(SOURCES)
    return sorted(found.values(), key=lambda p: (-p.count, p.example, p.said, order.index(p.source), p.plan))[:MOST]


def _candidates(engine: SearchEngine, text: str, written: str) -> Iterator[tuple[str, str, str]]:
    """(wording, word of the plans, source). Words that the plans lack have candidates of their own; the whole question has as well."""
    response = engine.search(SearchRequest(text))
    if judge_search(response) is None:
        return  # plans, or the thesaurus, have learnt it since
    asked = response.asked
    topic = asked.question.topic.strip()
    missing = [token for token in analyse(topic) if token.noun and not token.is_pair and token.term not in engine.index.keywords.terms]
    for token in missing:
        word = topic[token.start : token.end]
        yield from ((word, plan, source) for plan, source in _for_word(engine, token, word) if len(word) > 1 and plan != word)
    if len(topic) > 1:
        yield from ((topic, plan, source) for plan, source in _for_question(engine, asked, written) if plan != topic)


def _for_word(engine: SearchEngine, token: Token, word: str) -> Iterator[tuple[str, str]]:
    lexicon = engine.index.lexicon
    similar = (lexicon.similar_katakana(word), lexicon.similar_reading(token.reading) if token.reading else None)
    yield from ((plan, "spelling") for plan in dict.fromkeys(similar) if plan)
    if engine.index.words is not None:
        near = engine.index.words.neighbourhood.near(token.term, min_cosine=_NEAR_COSINE, limit=5 * _EACH)
        nouns = [plan for plan, _ in near if len(plan) > 1 and all(t.noun for t in analyse(plan) if not t.is_pair)]
        yield from ((plan, "near") for plan in nouns[:_EACH])


def _for_question(engine: SearchEngine, asked: Asked, written: str) -> Iterator[tuple[str, str]]:
    for recalled in asked.scores.concepts[:_EACH]:
        labels = [label for label in recalled.concept.plans if fold(label).text in written]
        yield from ((label, "concept") for label in labels[:1])
    if engine.index.encoders:
        # Whether or not they are near enough to answer.
        nearest = np.argsort(np.where(engine.index.measures, -asked.scores.semantic, np.inf), kind="stable")[:_EACH]
        for title in (engine.index.units[number].title for number in nearest):
            compounds = sorted(find_compounds(title, analyse(title)), key=lambda compound: (-len(compound), compound))
            yield from ((compound, "title") for compound in compounds[:1])


def as_turtle(proposals: Sequence[Proposal], known: Thesaurus) -> str:
    """Proposals as concepts of the user's own thesaurus: what is said as ``skos:hiddenLabel``, what plans write as ``skos:prefLabel``."""
    preferred = {concept.iri: concept.label for concept in known.concepts}
    blocks = []
    for plan in dict.fromkeys(proposal.plan for proposal in proposals):
        said = dict.fromkeys(proposal.said for proposal in proposals if proposal.plan == plan)
        iri = OWN + _UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), plan)
        written = "" if iri in preferred else f"a skos:Concept ; skos:prefLabel {_literal(plan)} ; "
        blocks.append(f"<{iri}> {written}skos:hiddenLabel {' , '.join(map(_literal, said))} .\n")
    return "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n" + "".join(blocks)


def _literal(text: str) -> str:
    escaped = "".join(f"\\u{ord(c):04X}" if ord(c) < 0x20 else {"\\": "\\\\", '"': '\\"'}.get(c, c) for c in text)
    return f'"{escaped}"@ja'


def read_with(data_dir: Path, proposals: Sequence[Proposal] = ()) -> Thesaurus:
    """The built-in thesaurus with the user's file, and with ``proposals`` as if they were accepted. Raises ThesaurusError."""
    known = read_thesaurus(data_dir)
    if not proposals:
        return known
    with tempfile.TemporaryDirectory() as work:
        tried = Path(work) / USER_FILE
        tried.write_text(as_turtle(proposals, known), encoding="utf-8")
        return read_thesaurus(data_dir, tried)


def with_thesaurus(engine: SearchEngine, thesaurus: Thesaurus, cache_dir: Path) -> SearchEngine:
    """The engine as it would answer with another thesaurus. Raises SettingsError where its index knows no meaning."""
    if not engine.index.encoders:
        raise SettingsError("公開中のデータに意味の索引が無いため、言い換えは使われません。--keyword-only を付けずに取り込んでください")
    concepts = ConceptMemory.build(thesaurus, engine.index.encoders[0], cache_dir)
    return SearchEngine(replace(engine.index, concepts=concepts))


def compare(before: SearchEngine, after: SearchEngine, questions: Iterable[str]) -> list[Change]:
    """The questions whose answer changes: in how much is found, or in what comes first."""

    def ask(engine: SearchEngine, question: str) -> tuple[int, str]:
        response = engine.search(SearchRequest(question))
        return response.total, response.results[0]["title"] if response.results else ""

    changes = [Change(question, ask(before, question), ask(after, question)) for question in questions]
    return [change for change in changes if change.before != change.after]


def keep_proposals(data_dir: Path, proposals: Sequence[Proposal]) -> None:
    """Write what was proposed into the data folder, for ``choose``."""
    replace_file(data_dir / PROPOSED, encode_json([asdict(proposal) for proposal in proposals]))
    (data_dir / PROPOSED).chmod(0o600)


def choose(data_dir: Path, numbers: Sequence[int]) -> list[Proposal]:
    """The proposals with these numbers (from 1), all where none is given. Raises SettingsError where nothing was proposed so far."""
    try:
        proposals = [Proposal(**row) for row in json.loads((data_dir / PROPOSED).read_bytes())]
    except (OSError, ValueError, TypeError) as error:
        raise SettingsError(f"{data_dir / PROPOSED}: 提案がありません。先に keikaku synonyms propose を実行してください") from error
    if wrong := [number for number in numbers if not 1 <= number <= len(proposals)]:
        raise SettingsError(f"提案の番号は 1 から {len(proposals)} までです（{wrong[0]} はありません）")
    return [proposals[number - 1] for number in numbers] if numbers else proposals


def accept(data_dir: Path, proposals: Sequence[Proposal]) -> Path:
    """Append proposals to the user's file, which keeps what it has, comments included. Raises ThesaurusError where it cannot be read."""
    path = data_dir / USER_FILE
    read_with(data_dir, proposals)
    former = path.read_bytes() if path.is_file() else b""
    separator = b"" if not former else b"\n" if former.endswith(b"\n") else b"\n\n"
    replace_file(path, former + separator + as_turtle(proposals, read_with(data_dir)).encode())
    return path
