"""Sentences that tell of units set up, dissolved, merged, split or renamed, and those that only look like it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from ingest.characters import normalise
from ingest.labels import load_labels
from ingest.parsers.prose.reorganisations import read_reorganisations
from ingest.pipeline import read_documents
from ontology.model import Activity, ActivityStatus, Measure, Passage, Reorganisation, Source

TRUTH = tomllib.loads((Path(__file__).parent / "truth" / "reorganisations.toml").read_text(encoding="utf-8"))
PLACE = Source(3, 4)


def read(text: str, *, heading: str | None = None) -> list[Reorganisation]:
    return list(read_reorganisations((), (Passage(1, normalise(text), PLACE, heading),), load_labels()))


def units(changes: list[Reorganisation]) -> list[tuple[list[str], list[str]]]:
    return [([d.name for d in change.original], [d.name for d in change.resulting]) for change in changes]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "土木部緑地河川課を廃止し、同部内に河川・水路課及び緑地課を設置した。",
            [(["緑地河川課"], ["河川・水路課", "緑地課"])],
        ),
        ("窓口の一本化のため、市民課を廃止した。", [(["市民課"], [])]),
        ("施策を進めるため、環境部内に環境政策課を新設しました。", [([], ["環境政策課"])]),
        ("情報政策課をデジタル推進課に改組した。", [(["情報政策課"], ["デジタル推進課"])]),
        ("収納課を納税推進課へ改称した。", [(["収納課"], ["納税推進課"])]),
        ("情報政策課の名称をデジタル推進課に変更した。", [(["情報政策課"], ["デジタル推進課"])]),
        ("企画課からデジタル戦略課へ名称変更を行います。", [(["企画課"], ["デジタル戦略課"])]),
        ("福祉課と子育て課を統合し、こども福祉課を設置した。", [(["福祉課", "子育て課"], ["こども福祉課"])]),
        ("福祉課及び子育て課を統合してこども福祉課とした。", [(["福祉課", "子育て課"], ["こども福祉課"])]),
        ("土木課を道路課と河川課に分割した。", [(["土木課"], ["道路課", "河川課"])]),
        ("総務課を総務企画課に、税務課を収納課に改めました。", [(["総務課"], ["総務企画課"]), (["税務課"], ["収納課"])]),
        ("健康づくり課（旧保健計画課）が受け付ける。", [(["保健計画課"], ["健康づくり課"])]),
        ("保健計画課（現健康づくり課）が受け付けた。", [(["保健計画課"], ["健康づくり課"])]),
        ("推進本部を「ICT推進・活用本部」から「DX推進本部」へ名称変更する。", [(["ICT推進・活用本部"], ["DX推進本部"])]),
        ("ICT推進・活用本部からDX推進本部へ名称変更する。", [(["ICT推進・活用本部"], ["DX推進本部"])]),
        ("令和6年4月、総合政策部に「デジタル推進課」を新設した。", [([], ["デジタル推進課"])]),
        ("情報システム課を廃止し、デジタル戦略課（２係）を設置", [(["情報システム課"], ["デジタル戦略課"])]),
        ("機構改革に伴い、市民課から戸籍住民課に課名を変更した。", [(["市民課"], ["戸籍住民課"])]),
        ("企画課は企画政策課に名称変更した。", [(["企画課"], ["企画政策課"])]),
        ("商工課と観光課が統合し、商工観光課となった。", [(["商工課", "観光課"], ["商工観光課"])]),
        ("DX推進室をDX推進課に昇格させた。", [(["DX推進室"], ["DX推進課"])]),
        ("環境政策課が新設された。", [([], ["環境政策課"])]),
        ("組織の見直し（環境政策課の新設）", [([], ["環境政策課"])]),
        ("スポーツの事務を生涯学習課からスポーツ課へ移管した。", [(["生涯学習課"], ["スポーツ課"])]),
        ("北支所を廃止した。", [(["北支所"], [])]),
        # What is set up, dissolved or changed is no unit.
        ("庁舎の１階に授乳室を設置した。", []),
        ("窓口課にモニターを設置した。", []),
        ("公民館を廃止し、地域センターを設置した。", []),
        ("検討部会を設置した。", []),
        ("災害対策本部を設置した。", []),
        ("専任の係を設置した。", []),
        ("総務課が設置した端末を更新した。", []),
        ("新しい課を設置した。", []),
        ("窓口業務を市民課から民間の事業者へ移管した。", []),
        ("環境政策課の設置した基準を見直した。", []),
        ("スポーツの事務を市長部局に移管した。", []),
        ("市民課の受付時間を変更した。", []),
        ("申請書を窓口課から郵送に変更した。", []),
        ("押印の義務を廃止した。（総務課）", []),
        ("計画の名称を情報化計画からDX計画に変更した。", []),
        ("申込先を総務課から窓口に変更した。", []),
        ("旧第一保育園（財産管理課）の跡地を売却した。", []),
        ("市税（現年度分）の徴収率を上げる。", []),
        # No change: it is thought about, or it is told of somebody else.
        ("デジタル推進課を設置することを検討する。", []),
        ("国は、令和３年９月にデジタル局を設置した。", []),
        ("東京都では、令和３年４月にデジタルサービス局を設置した。", []),
        ("各課にDX推進係を設置した。", [([], ["DX推進係"])]),
    ],
)
def test_what_a_sentence_tells(text: str, expected: list) -> None:
    assert units(read(text)) == expected


@pytest.mark.parametrize(
    ("text", "year", "date", "status"),
    [
        ("令和６年４月１日に市民課を廃止した。", 2024, "2024-04-01", ActivityStatus.DONE),
        ("令和７年１月に市民課を廃止しました。", 2024, "2025-01", ActivityStatus.DONE),
        ("令和６年２月３１日に市民課を廃止した。", 2023, "2024-02", ActivityStatus.DONE),
        ("令和６年１３月に市民課を廃止した。", None, None, ActivityStatus.DONE),
        ("令和７年度に市民課を廃止します。", 2025, None, ActivityStatus.PLANNED),
        ("市民課を廃止した。（行政経営担当）", None, None, ActivityStatus.DONE),
        ("市民課を廃止", None, None, None),
    ],
)
def test_year_date_and_status_are_the_printed_ones(text: str, year: int | None, date: str | None, status: ActivityStatus | None) -> None:
    (change,) = read(text)
    assert (change.fiscal_year, change.date, change.status) == (year, date, status)


def test_a_bullet_lends_its_year() -> None:
    bullet = Activity(1, "市民課を廃止し、窓口課を設置した。", PLACE, 2024, ActivityStatus.DONE)
    measure = Measure(("measure", "1"), "取組", "1", "組織の見直し", PLACE, activities=(bullet,))
    (change,) = read_reorganisations((measure,), (), load_labels())
    assert (change.order, change.fiscal_year, change.status, change.source) == (1, 2024, ActivityStatus.DONE, PLACE)


def test_a_chapter_about_other_governments_tells_of_their_units() -> None:
    assert read("令和３年４月にデジタルサービス局を設置した。", heading="（２）東京都の動向") == []


@pytest.mark.seeds
def test_the_real_documents(shared: Path) -> None:
    found = []
    for path, result in read_documents(sorted((shared / "seeds").glob("*.txt"))):
        for extraction in result:
            key = path.name[:3] + extraction.document.id.partition("-")[1] + extraction.document.id.partition("-")[2]
            for change in extraction.reorganisations:
                names = units([change])[0]
                found.append([key, change.source.start_line, change.fiscal_year or 0, change.status.value if change.status else "", *names])
    assert found == [[row[0], row[1], *row[3:]] for row in TRUTH["rows"]]
