"""Files → documents: where each begins, whose it is, which plan, which years."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ingest.documents import identify_documents, split_documents
from ingest.layout import SourceText
from ingest.places import choose_municipality, score_municipalities
from ingest.plan_periods import Period, find_issue_date, find_period, find_target_year
from ingest.plan_titles import find_document_title, find_plan_title
from ingest.readers import read_file
from ingest.readers.text import split_lines
from ingest.running_text import RunningText, read_running_text
from ingest.settings_file import NOTHING_SET, DocumentSettings, Overrides
from ontology.errors import SettingsError, UnreadableDocument
from ontology.municipalities import resolve_municipality


def source_of(text: str) -> SourceText:
    return SourceText("計画.txt", "0123456789abcdef" * 4, "text/plain", split_lines(text))


def running(text: str) -> RunningText:
    return read_running_text(split_lines(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("墨田区行政情報化推進計画\n墨田区では\n先進事例：板橋区", "墨田区"),
        ("墨\n田 区 長\nごあいさつ", "墨田区"),  # letter-spaced and cut by a line end
        ("札幌市北区のまちづくり計画\n札幌市北区役所", "札幌市北区"),  # not 北区 of Tokyo
        ("東京都府中市情報化計画\n東京都の動向\n府中市", "府中市"),  # two bear the name, the prefecture decides
        ("高知県南国市\n高知県と南国市の事業", "南国市"),  # every town names its prefecture
        ("東京都デジタル戦略\n" + "東京都は区市町村を支援する。\n" * 30 + "墨田区の事例", "東京都"),
        ("空港区域の整備計画\n区域内の今市場の改修", None),  # 港区 and 今市 are no names here
        ("第5期関市地域福祉計画\n関市では\n第4期関市地域福祉計画", "関市"),
        ("各機関市民の協力\n空港区の外", None),
        ("行政情報化の進捗について", None),
        ("本文の長い文書です。\n" * 70 + "先進地の武蔵野市を視察した。", None),  # one mention in passing is not enough
        ("府中市の計画\n府中市の方針", None),  # in 東京都 or 広島県: the text does not decide
    ],
)
def test_municipality(text: str, expected: str | None) -> None:
    found, _ = choose_municipality(score_municipalities(running(text)))
    assert (found.name if found else None) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("墨田区行財政改革実施計画の取組状況について\n本区の墨田区基本計画を\n墨田区基本計画の実現", "墨田区行財政改革実施計画"),
        ("第1章\n自治体DX推進計画\n自治体DX推進計画に基づく\n墨田区\n行政情報化推進計画を定める。", "墨田区行政情報化推進計画"),
        ("第４期墨田区情報化推進計画の進捗\n国のデジタル社会の実現に向けた重点計画", "第4期墨田区情報化推進計画"),
        (
            "「墨田区 ICT 推進・活用計画 2025」を定めた。\n墨田区ICT推進・活用計画2025\n名称を「墨田区 DX 推進計画 2025」へ変更します。",
            "墨田区DX推進計画2025",
        ),
        ("墨田区ＤＸ推進方針 ～本区の取組～\n墨田区ＤＸ推進計画策定・進捗管理\n墨田区ＤＸ推進計画", "墨田区DX推進方針"),  # the title line
        ("墨田区まち・ひと・しごと創生総合戦略\n本戦略は", "墨田区まち・ひと・しごと創生総合戦略"),
        ("行政情報化推進計画KPIの進捗\n墨田区", "行政情報化推進計画"),  # slides without the municipality's name
        ("墨田区の計画・方針\n本計画は後期実施計画として\n前期実施計画", None),
        ("墨田区\n東京都ICT戦略\n板橋区DX推進計画", None),  # other bodies' plans
        ("墨田区デジタル・トランスフォーメーション（ＤＸ）推進計画を策定した。", "墨田区デジタル・トランスフォーメーション(DX)推進計画"),
        ("墨田区デジタル田園都市国家構想総合戦略\n国のデジタル田園都市国家構想総合戦略を受け", "墨田区デジタル田園都市国家構想総合戦略"),
        ("墨田区\n自治体DX推進計画の概要\n墨田区\n自治体DX推進計画", None),  # the state's, below the name of the ward
        ("墨田区DX推進計画及びその実施計画である墨田区DX推進計画実施計画", "墨田区DX推進計画"),
        ("第三次墨田区行政改革大綱\n平成29年9月\n墨田区は平成18年に墨田区行政改革大綱を定めた。", "第三次墨田区行政改革大綱"),
        ("墨田区では令和4年度に次の計画を定めた。", None),
        ("墨田区の主な新規事業\nデジタル化を進めるため、DX計画の策定と研修を行う。", None),  # named once in a sentence
        ("墨田区防災アクションプラン\n\n１ 目的", "墨田区防災アクションプラン"),
    ],
)
def test_plan_title(text: str, expected: str | None) -> None:
    sumida = resolve_municipality("墨田区")
    content = running(text)
    plan = find_plan_title(content, sumida, find_document_title(content, sumida))
    assert (plan.title if plan else None) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("墨田区情報化推進計画の取組状況について（令和６年度）\n本文", "墨田区情報化推進計画の取組状況について(令和6年度)"),
        ("令和5年11月2日（木）\n\n墨田区の 行政情報化 について", "墨田区の行政情報化について"),
        ("墨田区\nＤＸ推進計画\n（素案）", "墨田区DX推進計画"),
        ("R4年度当初予算に計上した主な新規事業", "R4年度当初予算に計上した主な新規事業"),
        ("はじめに\n本区では、情報化推進計画を定め、", None),
        ("第1章 行政情報化の概要\n1 国の計画について", None),
    ],
)
def test_document_title(text: str, expected: str | None) -> None:
    assert find_document_title(running(text), resolve_municipality("墨田区")) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("墨田区の行政情報化について", "行政情報化推進計画"),
        ("墨田区の行財政改革について", "行財政改革・行政情報化推進計画"),  # what is called so alone is not printed
        ("墨田区の行財政改革と行政情報化について", "行財政改革・行政情報化推進計画"),
    ],
)
def test_a_combined_title_gives_the_plan_that_the_document_names(title: str, expected: str) -> None:
    sumida = resolve_municipality("墨田区")
    plan = find_plan_title(running(f"{title}\n\n墨田区行財政改革・行政情報化推進計画"), sumida, title)
    assert plan is not None
    assert plan.core == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("２ 計画の期間\n令和４年度から令和７年度までの４年間", Period(2022, 2025)),
        ("（３）計画期間\n平成３０年度から平成３２年度までを期間とし、３か年で進めます。", Period(2018, 2020)),
        ("計画期間を平成２８年度から３２年度までの５年間とする。", Period(2016, 2020)),  # the second era is not printed
        (
            "2 計画期間\n前期(令和２(2020)年度から令和４(2022)年度まで)に続く後半の４か年\n(令和５(2023)年度から令和８(2026)年度まで)を計画期間とする。",
            Period(2023, 2026),
        ),
        ("計画期間：令和６年度～令和１０年度", Period(2024, 2028)),
        ("計画期間\n2024年度〜2027年度", Period(2024, 2027)),
        ("計画期間\n令和６年４月１日から令和９年３月３１日まで", Period(2024, 2026)),
        ("2.計画期間\n令和3年度(2021 年)から令和7年度(2025 年)までの5年間", Period(2021, 2025)),
        ("計画期間\n2022年(令和4年)度から2025年(令和7年)度まで", Period(2022, 2025)),
        ("計画期間を令和4年(2022年)度から令和8年(2026年)度までの5年間と設定し、", Period(2022, 2026)),
        ("令和5年度から令和7年度までの3年間を計画期間とします。", Period(2023, 2025)),
        ("計画期間\n令和5年度から令和9年度(5年間)", Period(2023, 2027)),
        ("第5期 架空市地域福祉計画(令和7年度～令和11年度)\n「第5次総合計画」(計画期間:平成30年度～令和9年度)", Period(2025, 2029)),
        ("「第5次総合計画」(計画期間:平成30年度～令和9年度)を定めた。", None),  # another plan's
        ("第2次健康づくり計画\n(前期 : 平成28年度～平成31年度)", Period(2016, 2019)),
        ("計画期間は令和5年度から9年度までの5年間です。", Period(2023, 2027)),
        ("計画期間\n令和元年度〜令和３年度", Period(2019, 2021)),
        ("第１期計画（平成１３年度から平成１７年度まで）\n\n（３）計画期間\n平成３０年度から令和２年度まで", Period(2018, 2020)),
        ("令和４年度から令和７年度まで実証を行う。", None),  # a range that nobody calls the period
        ("※計画期間：令和3（2021）年1月～令和8（2026）年3月", None),  # months, and no heading: a plan of the state
        ("計画期間\n令和７年度から令和４年度まで", None),
        ("本計画は", None),
    ],
)
def test_period(text: str, expected: Period | None) -> None:
    assert find_period(running(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("目標値\nR7\nオンライン化手続数", 2025),
        ("取組\t基準値（令和3年度）\t目標値（令和7年度）", 2025),
        ("令和 7 年度目標", 2025),
        ("| 指標 | 基準値 R3 | 目標値 R7 |", 2025),
        ("目標値 H32", 2020),
        ("目標（2027年度）", 2027),
        ("目標：2,000件", None),
        ("令和12年度目標を国は定め、地方公共団体にもその達成を求めている。このため本区でも計画的に取り組む必要がある。", None),
        ("目標値 R4\n目標値 R7", 2025),
    ],
)
def test_target_year(text: str, expected: int | None) -> None:
    assert find_target_year(running(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("令和5年11月2日（木）\n墨田区の行政情報化", "2023-11-02"),
        ("はじめに\n平成３１年（2019 年）３月", "2019-03"),
        ("令和 6（2024）年 1 月 板 橋 区 長", "2024-01"),
        ("令和４年２月 24 日南国市企画課作成", "2022-02-24"),
        ("2024年3月", "2024-03"),
        ("令和６年12月現在", None),
        ("令和7年4月 墨田区 福祉部・子ども教育部・危機管理課", "2025-04"),
        ("基準値\n（令和５年\n度）", None),  # the head of a column
        ("令和５年\n度", None),
        ("令和２年12月25日閣議決定", None),
        ("令和６年度の取組状況", None),
        ("令和６年13月", None),
        ("令和６年に始まった事業を", None),
    ],
)
def test_issue_date(text: str, expected: str | None) -> None:
    assert find_issue_date(running(text)) == expected


BODY = "\n".join(f"本文{number}。" for number in range(8))
MARKED_AT_PAGE_END = (
    f" 架空計画の取組について\n{BODY}\n【資料１】\n ２ 続き\n{BODY}\n 別計画の取組について\n{BODY}\n【資料２－１】\n 続き\n{BODY}"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BODY, [(1, 8, None)]),
        (MARKED_AT_PAGE_END, [(1, 19, "資料1"), (20, 38, "資料2-1")]),  # the mark follows the first page
        (f"資料１\n{BODY}\n\n\n資料２\n{BODY}", [(1, 11, "資料1"), (12, 20, "資料2")]),  # the mark heads the document
        (f"【資料１】\n{BODY}\n\n\n進捗について\n\n企画課\n\n【資料２】\n\n{BODY}", [(1, 11, "資料1"), (12, 25, "資料2")]),
        (f"表紙\n\f資料１\n{BODY}\n\f資料１\n{BODY}", [(1, 19, "資料1")]),  # a running head repeats its mark
        (f"次第\n{BODY}\n配布資料\n資料１\n資料２\n資料３", [(1, 13, "資料1")]),  # a list
        ("本文。\n" * 200 + f"資料２\n{BODY}", [(1, 200, None), (201, 209, "資料2")]),  # no page is that long
        (f"資料：総務省\n{BODY}\n資料編\n{BODY}", [(1, 18, None)]),
        (f"甲市総合計画の進捗について\n{BODY}\n 乙市デジタル推進計画の取組状況について\n{BODY}", [(1, 9, None), (10, 18, None)]),
    ],
)
def test_split(text: str, expected: list[tuple[int, int, str | None]]) -> None:
    assert [(s.first_line, s.last_line, s.mark) for s in split_documents(source_of(text))] == expected


def test_documents_of_a_file_lend_each_other_what_they_do_not_print() -> None:
    first = f"墨田区情報化推進計画の取組について\n目標値 R7\n{BODY}"
    second = f"情報化の進捗について\n\n企画室\n\n【資料２】\n\n{BODY}"
    documents = identify_documents(source_of(f"【資料１】\n{first}\n\n\n{second}"))
    assert [(d.id[-2:], d.title) for d, _ in documents] == [("-1", "墨田区情報化推進計画の取組について"), ("-2", "情報化の進捗について")]
    assert {(p.municipality.name, p.title, p.slug) for _, p in documents} == {("墨田区", "墨田区情報化推進計画", "情報化推進計画-2025")}


def test_no_municipality_names_the_way_out() -> None:
    with pytest.raises(UnreadableDocument, match=r"計画\.txt\.toml.*municipality"):
        identify_documents(source_of("架空の推進計画\n" + BODY))
    overrides = Overrides("計画.txt.toml", DocumentSettings(municipality=resolve_municipality("131075"), to_fiscal_year=2026))
    [(document, plan)] = identify_documents(source_of("架空の推進計画\n" + BODY), overrides)
    assert (document.id, document.first_line, document.last_line) == ("0123456789abcdef", 1, 9)
    assert plan.municipality.name == "墨田区"
    assert plan.slug.endswith("-2026")


@pytest.mark.parametrize(
    ("file_name", "expected"),
    [
        ("墨田区_事務事業評価.xlsx", "墨田区"),
        ("事務事業評価（令和６年度）_南国市.csv", "南国市"),
        ("府中市.csv", None),
    ],  # two bear the last name
)
def test_a_file_name_tells_what_its_sheet_does_not(file_name: str, expected: str | None) -> None:
    source = replace(source_of("事務事業評価\n" + BODY), file_name=file_name)
    if expected is None:
        with pytest.raises(UnreadableDocument):
            identify_documents(source)
    else:
        assert identify_documents(source)[0][1].municipality.name == expected


def test_a_document_without_a_plan_is_kept_under_its_own_title() -> None:
    [(document, plan)] = identify_documents(source_of("墨田区の主な新規事業\n\n墨田区は次の事業を行う。"))
    assert plan.title == "墨田区の主な新規事業"
    assert plan.slug == "主な新規事業"
    assert "plan_title" in document.warnings[0]


def test_settings_decide_over_the_text() -> None:
    settings = Overrides(
        "計画.txt.toml",
        NOTHING_SET,
        (
            DocumentSettings(plan_title="墨田区 別計画", document_title="前半", issued="2025-05", first_line=1, last_line=3),
            DocumentSettings(from_fiscal_year=2030, to_fiscal_year=2031, first_line=4, last_line=9),
        ),
    )
    source = source_of("墨田区情報化推進計画\n計画期間\n令和４年度から令和７年度まで\n墨田区情報化推進計画\n\n\n\n\n終わり")
    (one, plan_one), (_, plan_two) = identify_documents(source, settings)
    assert (one.title, one.issued, plan_one.slug, plan_one.from_fiscal_year) == ("前半", "2025-05", "別計画-2025", 2022)
    assert (plan_two.slug, plan_two.from_fiscal_year, plan_two.to_fiscal_year) == ("情報化推進計画-2031", 2030, 2031)
    with pytest.raises(SettingsError, match="行数"):
        split_documents(source, Overrides("x.toml", NOTHING_SET, (DocumentSettings(first_line=1, last_line=99),)))


@pytest.mark.seeds
def test_the_real_documents(shared: Path) -> None:
    """Five files, seven documents, four plans: three documents of one plan share its slug, its predecessor has another."""
    found = {}
    for file in sorted((shared / "seeds").glob("*.txt")):
        for document, plan in identify_documents(read_file(file)):
            found[document.file_name[:3], document.first_line] = (plan.municipality.code, plan.slug, plan.from_fiscal_year, document.issued)
    assert found == {
        ("000", 1): ("131075", "行財政改革実施計画-2025", 2022, None),
        ("000", 1878): ("131075", "行政情報化推進計画-2025", None, None),
        ("000", 4129): ("131075", "行政情報化推進計画-2025", None, None),
        ("001", 1): ("131075", "行政情報化推進計画-2025", None, "2023-11-02"),
        ("002", 1): ("131075", "行政情報化推進計画-2020", 2018, "2019-03"),
        ("003", 1): ("131075", "行政情報化推進計画-2025", None, None),
        ("004", 1): ("131199", "DX推進計画2025-2025", 2024, "2024-01"),
    }
