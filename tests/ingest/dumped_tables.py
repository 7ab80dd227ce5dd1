"""Tables of several columns as a dump of a made-up town's report prints them: page by page, row by row, one column after the other."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.printed import columns as width_of

DONE = (
    "窓口の混雑をウェブサイトで知らせ、来庁の時間を選べるようにした。",
    "職員向けの研修を12回開き、延べ340人が受講した。",
    "わかば祭りの参加申込みを電子申請に切り替え、受付の手間を減らした。（商工観光課）",
    "施設の予約と使用料の支払いを一度で済ませられる仕組みを、体育館と公民館の8施設で始めた。利用者からは、窓口に行かずに済むとの声が寄せられた。（生涯学習課）",
    "地図情報システムの更新",
    "避難所の開設訓練を3つの地区で行い、受付を二次元コードで試した。（防災課、地域協働課）",
    "議会資料を電子化し、紙の使用量を前の年より4割減らした。",
    "保育の入所申請をオンラインで受け付け、審査の入力を自動にした。年間およそ260時間の作業が要らなくなった。（保育課）",
    "健診の結果を本人の端末で見られるようにした。",
    "LINEによる通報の受付",
    "図書館の本の返却を駅の返却箱でも受け付けた。（図書館）",
    "税の証明をコンビニで発行できることを、広報紙と納税通知書の封筒で知らせた。発行件数は4,120件（令和６年12月末現在）",
)
PLANNED = (
    "混雑の見込みを30分先まで示す。",
    "研修の対象を会計年度任用職員に広げる。",
    "祭りの会場でも申込みを受け付ける。（商工観光課）",
    "残る5施設に仕組みを広げるとともに、支払いの方法を増やす。（生涯学習課）",
    "地図情報システムの運用",
    "訓練をすべての地区で行う。",
    "議事録の作成に音声認識を使い、公開までの日数を短くする。",
    "入所の結果通知を電子で送ることについて、他市の例を調べる。（保育課）",
    "健診の予約と結果の閲覧を一つの画面にまとめ、家族の分も見られるようにする。",
    "通報の対象の拡大",
    "返却箱を2か所増やす。（図書館）",
    "証明の手数料を電子納付に対応させる。",
)
TOPICS = ("窓口の改善", "電子申請の拡大", "研修の実施", "災害への備え", "公共施設の予約", "情報の公開")
CIRCLED = "①②③④⑤⑥⑦⑧⑨"


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is printed. Widths in half-width columns; ``numbered`` headings restart in every column.

    ``rows``: where there are several, each has a heading in its first cell only. ``repeated``: every page of a table begins with its head.
    ``running``: what stands at the top of every page, above the number of the page at its end.
    """

    widths: tuple[int, ...]
    head: str = "令和６年度の取組状況 令和７年度の取組予定"
    years: tuple[int | None, ...] = (2024, 2025)
    mark: str = "・"
    numbered: bool = True
    trailing: bool = True
    spaced: bool = True
    page_height: int = 38
    empty_last: bool = False
    rows: int = 1
    repeated: bool = False
    running: str = ""


@dataclass(frozen=True, slots=True)
class Dump:
    """The text, and what it says: (measure, column, text of the bullet without blanks)."""

    text: str
    facts: frozenset[tuple[str, int, str]]


def dump(layout: Layout, measures: int, seed: int) -> Dump:
    """A report with ``measures`` tables. The same arguments give the same text."""
    draw = random.Random(seed)
    printed = [layout.running + " " * layout.trailing] if layout.running else []
    facts: set[tuple[str, int, str]] = set()
    room = layout.page_height
    for number in range(1, measures + 1):
        for line in (
            f"取組 取組{number}：{draw.choice(TOPICS)} 担当 企画課、総務課",
            "目指す姿・目標",
            "・市民の手間が減ります。",
            layout.head,
        ):
            printed.append(line + " " * layout.trailing)
            room -= 1
        for cells in _rows(layout, draw):
            for column, cell in enumerate(cells):
                facts |= {(str(number), column, _as_read(mark, text)) for mark, text in cell if mark[0] not in CIRCLED}
            lines = [list(_lines(cell, width, layout)) for cell, width in zip(cells, layout.widths, strict=True)]
            room = _print_row(printed, lines, room, layout)
    separator = "\n\n" if layout.spaced else "\n"
    return Dump(separator.join(printed).replace("\n\n\f", "\n").replace("\f", ""), frozenset(facts))


def _rows(layout: Layout, draw: random.Random) -> Iterator[list[list[tuple[str, str]]]]:
    """The cells of each row."""
    cells = [_cell(layout, column, draw) for column in range(len(layout.widths))]
    if layout.rows == 1:
        yield cells
        return
    bare = [[entry for entry in cell if entry[0][0] not in CIRCLED] for cell in cells]
    for row in range(layout.rows):
        parts = [cell[row * len(cell) // layout.rows : (row + 1) * len(cell) // layout.rows] for cell in bare]
        yield [[(CIRCLED[row], draw.choice(TOPICS)), *parts[0]], *parts[1:]]


def _cell(layout: Layout, column: int, draw: random.Random) -> list[tuple[str, str]]:
    """The paragraphs of a cell with their marks: headings, and two to four bullets below each."""
    if layout.empty_last and column == len(layout.widths) - 1:
        return []
    texts = DONE if column == 0 else PLANNED
    first = 0 if column != 2 else len(texts) // 2
    chosen = draw.sample(texts if len(layout.widths) < 3 or column == 0 else texts[first : first + len(texts) // 2], 4 if column else 6)
    if not layout.numbered:
        return [(_mark(layout, place), text) for place, text in enumerate(chosen)]
    half = len(chosen) // 2
    topics = draw.sample(TOPICS, 2)
    rows = [(CIRCLED[0], topics[0]), *((layout.mark, text) for text in chosen[:half])]
    return [*rows, (CIRCLED[1], topics[1]), *((layout.mark, text) for text in chosen[half:])]


def _mark(layout: Layout, place: int) -> str:
    return layout.mark.replace("(1)", f"({place + 1})").replace("１", "１２３４５６"[place]).replace("ア", "アイウエオカ"[place])


def _lines(cell: Sequence[tuple[str, str]], width: int, layout: Layout) -> Iterator[str]:
    for mark, text in cell:
        wrapped = _wrap(mark + text, width)
        yield from wrapped[:-1]
        yield wrapped[-1] + " " * layout.trailing


def _wrap(text: str, width: int) -> list[str]:
    lines = [""]
    for character in text:
        if width_of(lines[-1] + character) > width and character not in "、。）":
            lines.append("")
        lines[-1] += character
    return lines


def _print_row(printed: list[str], cells: list[list[str]], room: int, layout: Layout) -> int:
    """Print the cells of a row over as many pages as they need; returns the lines left on the last page."""
    while any(cells):
        fresh = room < 4
        if fresh:
            room = layout.page_height
        if fresh and layout.running:
            pages = 1 + sum("- " in line and line.rstrip().endswith(" -") for line in printed)
            printed += [f"- {pages} -" + " " * layout.trailing, "\f " + layout.running + " " * layout.trailing]
            fresh = False
        if fresh and layout.repeated:
            printed.append("\f " + layout.head + " " * layout.trailing)
            fresh = False
        for cell in cells:
            for line in cell[:room]:
                printed.append("\f " + line if fresh else line)
                fresh = False
        used = min(room, max(len(cell) for cell in cells))
        cells = [cell[room:] for cell in cells]
        room -= used
    return room


def _as_read(mark: str, text: str) -> str:
    """A bullet is read without its mark, an entry of a numbered list with its number."""
    return "".join((mark + text if mark.startswith(("(", *"１２３４５６")) else text).split())
