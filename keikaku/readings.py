"""What can be read of the documents of an intake, and which of them are new versions of documents that were there before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ingest.pipeline import read_documents
from keikaku.intake import Candidate, Intake, find_former
from keikaku.revisions import describe_revision, is_revision
from keikaku.settings import Settings
from ontology.model import Extraction, Failure
from search_api.progress import Progress

Reading = tuple[Candidate, list[Extraction]]


@dataclass(frozen=True, slots=True)
class Readings:
    """``intake`` without the documents that a new version replaces; ``revisions`` as ``describe_revision`` gives them."""

    intake: Intake
    readings: tuple[Reading, ...]
    failures: tuple[Failure, ...]
    revisions: tuple[dict[str, Any], ...]

    @property
    def extractions(self) -> list[Extraction]:
        """Every document once, in an order that does not depend on where the files lay."""
        by_id = {extraction.document.id: extraction for _, extractions in reversed(self.readings) for extraction in extractions}
        return [by_id[document] for document in sorted(by_id, key=lambda document: (by_id[document].document.file_name, document))]


def read_intake(intake: Intake, settings: Settings, progress: Progress) -> Readings:
    """Read every document; an unreadable new version gives way to the kept former one."""
    failures = list(intake.failures)
    label, total = "文書を読む", len(intake.candidates)
    readings: list[Reading] = []
    formers: list[Candidate] = []
    progress(label, 0, total)
    for done, (candidate, result) in enumerate(_read_each(intake.candidates, settings), 1):
        if isinstance(result, Failure):
            failures.append(result)
            former = None if candidate.kept else find_former(candidate, settings.data_dir)
            if former:
                formers.append(former)
        else:
            readings.append((candidate, result))
        progress(label, done, total)
    readings += [(former, result) for former, result in _read_each(formers, settings) if not isinstance(result, Failure)]
    replaced = _find_replaced(readings, settings)
    gone = {former.key for _, (former, _) in replaced if former.kept} - {candidate.key for (candidate, _), _ in replaced}
    revisions = [entry for (_, new), (_, former) in replaced for entry in describe_revision(former, new)]
    return Readings(
        replace(intake, candidates=tuple(candidate for candidate in intake.candidates if candidate.key not in gone)),
        tuple(reading for reading in readings if reading[0].key not in gone),
        tuple(failures),
        tuple(revisions),
    )


def _find_replaced(readings: Sequence[Reading], settings: Settings) -> list[tuple[Reading, Reading]]:
    """(new, former): from the same place, or, named for the first time, of the same file name and document as one that was kept."""
    replaced: list[tuple[Reading, Reading]] = []
    kept = [reading for reading in readings if reading[0].kept]
    for candidate, new in readings:
        if candidate.kept:
            continue
        former = find_former(candidate, settings.data_dir)
        if former is None:
            found = [old for old in kept if is_revision(old[1], new)]
            if len(found) == 1:  # of several that it might replace, nothing tells which
                kept.remove(found[0])
                replaced.append(((candidate, new), found[0]))
        elif former.content != candidate.content:
            (_, result) = next(_read_each([former], settings))
            if not isinstance(result, Failure):
                replaced.append(((candidate, new), (former, result)))
    return replaced


def _read_each(candidates: Sequence[Candidate], settings: Settings) -> Iterator[tuple[Candidate, list[Extraction] | Failure]]:
    results = read_documents([candidate.path for candidate in candidates], labels_file=settings.labels_file)
    for candidate, (_, result) in zip(candidates, results, strict=True):
        yield candidate, result
