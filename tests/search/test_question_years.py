"""Years in questions. Today is in November 2026, fiscal year 2026 (令和8年度)."""

from __future__ import annotations

from datetime import date

import pytest

from search_api.question_years import find_years, fiscal_year_at
from search_api.text_analysis import fold

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("令和６年度の実績", [2024]),
        ("令和6", [2024]),
        ("令和六年度", [2024]),
        ("令和元年度", [2019]),
        ("平成30", [2018]),
        ("平成三十年度", [2018]),
        ("H30の取組", [2018]),
        ("R6", [2024]),
        ("Ｒ６年度", [2024]),
        ("R6とR7", [2024, 2025]),
        ("2024", [2024]),
        ("2024年度", [2024]),
        ("FY2024", [2024]),
        ("FY24", [2024]),
        ("令和6（2024）年度", [2024]),
        ("2024(令和6)年度", [2024]),
        ("令和7年3月", [2024]),  # a month before April belongs to the fiscal year before
        ("2025年4月", [2025]),
        ("令和4年度から令和7年度まで", [2022, 2023, 2024, 2025]),
        ("令和4〜7年度", [2022, 2023, 2024, 2025]),
        ("R4-R6", [2022, 2023, 2024]),
        ("2022～2024年度", [2022, 2023, 2024]),
        ("令和5・6年度", [2023, 2024]),
        ("今年度", [2026]),
        ("今年", [2026]),
        ("本年度", [2026]),
        ("昨年度", [2025]),
        ("去年", [2025]),
        ("一昨年度", [2024]),
        ("おととし", [2024]),
        ("来年度", [2027]),
        ("来年", [2027]),
        ("再来年度", [2028]),
        ("5年前", [2021]),
        ("五年前と比べて", [2021]),
        ("３年後", [2029]),
        ("last year", [2025]),
        ("next fiscal year", [2027]),
        ("前年度比", []),  # relative to the year that the text is about
        ("次年度", []),
        ("翌年度", []),
        ("2025年問題", []),
        ("2030アジェンダ", []),
        ("2024件", []),
        ("20240401", []),
        ("S3", []),  # a product
        ("R600", []),
        ("DR6", []),
        ("H2O", []),
        ("何年前", []),
        ("キャッシュレス", []),
    ],
)
def test_years(text: str, years: list[int]) -> None:
    assert [year for mention in find_years(fold(text).text, TODAY) for year in mention.years] == years


def test_without_a_day_relative_words_say_nothing() -> None:
    assert find_years("昨年度と5年前") == []


@pytest.mark.parametrize(("day", "year"), [(date(2027, 3, 31), 2026), (date(2027, 4, 1), 2027), (date(2027, 1, 1), 2026)])
def test_a_fiscal_year_begins_in_april(day: date, year: int) -> None:
    assert fiscal_year_at(day) == year
    assert [mention.years for mention in find_years("昨年度", day)] == [(year - 1,)]


def test_particles_are_cut_but_not_typed() -> None:
    [mention] = find_years("令和6年度末における窓口")
    assert (mention.start, mention.end, mention.cut) == (0, 5, 10)
