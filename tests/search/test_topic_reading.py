"""What speaks of a topic, and what merely mentions it."""

from __future__ import annotations

import pytest

from search_api.topic_reading import read_unit
from search_api.units import Field, Unit

CASHLESS = [(3.0, {"キャッシュレス": 1.0, "決済": 0.66, "現金": 0.5})]


def unit(*fields: tuple[str, str, str]) -> Unit:
    """A measure of (kind, heading, text)."""
    printed = tuple(Field(f"item-{i}", kind, text, (), heading) for i, (kind, heading, text) in enumerate(fields))
    return Unit("measure", "Measure", "題", "1", "取組", None, None, fields=printed)


@pytest.mark.parametrize(
    ("kind", "text", "about"),
    [
        ("title", "キャッシュレスの推進", True),
        ("goal", "決済の手段を増やす。", True),  # near enough in meaning
        ("goal", "現金の扱いを改める。", False),  # not near enough
        ("description", "窓口を変える。決済を増やす。人を育てる。", True),  # one sentence of three
        ("description", "窓口を変える。人を育てる。道を直す。木を植える。水を守る。決済も試す。", False),  # one of six is a mention
        ("activity", "キャッシュレスを広げた。", False),  # an item, not what the measure is about
    ],
)
def test_what_a_measure_is_about(kind: str, text: str, about: bool) -> None:
    assert bool(read_unit(unit((kind, "", text)), (), CASHLESS).about) == about


def test_outside_of_such_a_measure_only_the_very_words_count() -> None:
    alone = read_unit(unit(("activity", "", "決済端末を置いた。"), ("activity", "", "キャッシュレスにした。")), (), CASHLESS)
    assert [field.text for field, _ in alone.items] == ["キャッシュレスにした。"]
    within = read_unit(unit(("title", "", "キャッシュレス"), ("activity", "", "決済端末を置いた。")), (), CASHLESS)
    assert [field.text for field, _ in within.items] == ["決済端末を置いた。"]


def test_a_heading_counts_for_its_items() -> None:
    reading = read_unit(unit(("activity", "キャッシュレスの導入", "軽自動車税"), ("activity", "その他", "掃除")), (), CASHLESS)
    assert [field.text for field, _ in reading.headed] == [field.text for field, _ in reading.items] == ["軽自動車税"]


def test_a_department_name_is_no_topic() -> None:
    item = unit(("activity", "", "キャッシュレス推進課と会った。"))
    assert read_unit(item, (), CASHLESS).items
    assert not read_unit(item, ("キャッシュレス推進課",), CASHLESS).items


def test_a_topic_of_several_words_may_be_spread_over_sentences() -> None:
    topic = [(2.0, {"図書": 1.0}), (2.0, {"予約": 1.0})]
    assert read_unit(unit(("goal", "", "図書館を変える。いつでも予約できる。")), (), topic).about
    assert not read_unit(unit(("goal", "", "図書館を変える。")), (), topic).about


def test_no_topic_is_spoken_of_nowhere() -> None:
    reading = read_unit(unit(("title", "", "キャッシュレス")), (), [])
    assert not reading.about
    assert not reading.items
