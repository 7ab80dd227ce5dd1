"""What speaks of a topic, and what merely mentions it."""

from __future__ import annotations

import random

import pytest

from search_api.topic_index import TopicIndex
from search_api.topic_reading import Reading, choose_groups, find_complete, measure_texts, read_unit
from search_api.units import Field, Owner, Unit

CASHLESS = [(3.0, {"キャッシュレス": 1.0, "決済": 0.66, "現金": 0.5})]


def unit(*fields: tuple[str, str, str], kind: str = "Measure") -> Unit:
    """A measure of (kind, heading, text)."""
    printed = tuple(Field(f"item-{i}", name, text, (), heading) for i, (name, heading, text) in enumerate(fields))
    return Unit("measure", kind, "題", "1", "取組", None, None, (Owner("owner", "会計課", "responsible"),), fields=printed)


def read(read: Unit, groups=CASHLESS, *, compounds=(), is_clear: bool = False, is_trusted: bool = False) -> Reading:
    index = TopicIndex.build([read])
    return read_unit(read, 0, measure_texts(index, groups, compounds), is_clear=is_clear, is_trusted=is_trusted)


def texts(pairs: list[tuple[Field, float]]) -> list[str]:
    return [field.text for field, _ in pairs]


@pytest.mark.parametrize(
    ("kind", "text", "about"),
    [
        ("title", "キャッシュレスの推進", True),
        ("goal", "決済の手段を増やす。", True),  # near enough in meaning
        ("goal", "現金の扱いを改める。", False),  # not near enough
        ("goal", "窓口を変える。決済を増やす。人を育てる。", False),  # by another word, one sentence of three is not enough
        ("description", "窓口を変える。キャッシュレスを増やす。人を育てる。", True),  # by the very word it is
        (
            "description",
            "窓口を変える。人を育てる。道を直す。木を植える。水を守る。キャッシュレスも試す。",
            False,
        ),  # one of six is a mention
        ("activity", "キャッシュレスを広げた。", False),  # an item, not what the measure is about
    ],
)
def test_what_a_measure_is_about(kind: str, text: str, about: bool) -> None:
    assert bool(read(unit((kind, "", text))).about) == about


def test_a_case_says_in_its_first_sentence_what_it_is_about() -> None:
    told = ("description", "", "キャッシュレスの端末を置いた\n人が来た\n話を聞いた\n説明した\n記録した\n片付けた")
    assert read(unit(told, kind="Initiative")).about
    assert not read(unit(told)).about


def test_on_items_only_the_very_words_count_unless_the_unit_is_trusted() -> None:
    measure = unit(("activity", "", "決済端末を置いた。"), ("activity", "", "キャッシュレスにした。"))
    assert texts(read(measure).items) == ["キャッシュレスにした。"]
    assert texts(read(measure, is_clear=True, is_trusted=True).items) == ["キャッシュレスにした。", "決済端末を置いた。"]


def test_a_heading_counts_for_its_items() -> None:
    reading = read(unit(("activity", "キャッシュレスの導入", "軽自動車税"), ("activity", "その他", "掃除")))
    assert texts(reading.headed) == texts(reading.items) == ["軽自動車税"]


@pytest.mark.parametrize(
    ("title", "items"),
    [
        ("キャッシュレスの推進", {"軽自動車税", "掃除"}),  # the title lends the topic to all
        ("キャッシュレスと清掃、緑化の推進", {"軽自動車税"}),  # it names several things, and a heading tells which is which
    ],
)
def test_what_the_title_lends_to_its_items(title: str, items: set[str]) -> None:
    reading = read(unit(("title", "", title), ("activity", "①キャッシュレスの導入", "軽自動車税"), ("activity", "②その他", "掃除")))
    assert set(texts(reading.items)) == items


def test_a_department_name_is_no_topic() -> None:
    item = unit(("activity", "", "キャッシュレス推進課と会った。"))
    assert read(item).items
    named = Unit(**{name: getattr(item, name) for name in item.__slots__} | {"owners": (Owner("o", "キャッシュレス推進課", "involved"),)})
    assert not read(named).items


def test_a_topic_of_several_words_may_be_spread_over_sentences() -> None:
    topic = [(2.0, {"図書": 1.0}), (2.0, {"予約": 1.0})]
    assert read(unit(("goal", "", "図書館を変える。いつでも予約できる。")), topic).about
    assert not read(unit(("goal", "", "図書館を変える。")), topic).about


def test_a_compound_stands_as_it_is_asked_unless_the_unit_is_clear() -> None:
    topic = [(2.0, {"行政": 1.0}), (3.0, {"評価": 1.0})]
    apart = unit(("activity", "", "行政の経費を評価した。"), ("activity", "", "行政評価の表を作った。"))
    assert texts(read(apart, topic, compounds=["行政 評価"]).items) == ["行政評価の表を作った。"]
    assert len(read(apart, topic, compounds=["行政 評価"], is_clear=True).items) == 2


@pytest.mark.parametrize(
    ("words", "kept"), [(["生成", "利用"], ["生成"]), (["利用"], ["利用"]), (["会議", "推進", "実施"], ["会議"])], ids=str
)
def test_general_words_name_no_topic_beside_others(words: list[str], kept: list[str]) -> None:
    groups = [(2.0, {word: 1.0, "他": 0.6}) for word in words]
    assert [next(iter(alternatives)) for _, alternatives in choose_groups(groups)] == kept


def test_what_plans_call_the_thing_itself_is_the_very_word() -> None:
    assert read(unit(("activity", "", "ウェブサイトを直した。")), [(3.0, {"ウェブサイト": 0.9})]).items


def test_who_says_all_that_is_asked() -> None:
    texts = [
        ("goal", "", "自宅で働く。"),
        ("activity", "自宅", "長く働く"),
        ("goal", "", "自宅から相談する。"),
        ("goal", "", "在宅で働く。"),
    ]
    asked = [(6.0, {"自宅": 1.0, "在宅": 0.7}), (3.0, {"働く": 1.0})]
    assert find_complete(TopicIndex.build([unit(*texts)]), asked).tolist() == [True, True, False, False]


def test_shares_are_those_of_reading_every_text() -> None:
    """Only texts with all telling words are computed; the others have to come out the same as if they were."""
    chance = random.Random(3)
    words = ["窓口", "端末", "研修", "公園", "道路"]
    said = [("。".join("と".join(chance.sample(words, chance.randrange(1, 3))) for _ in range(chance.randrange(1, 5)))) for _ in range(60)]
    printed = [(chance.choice(["", "窓口", "公園と道路"]), text) for text in said]
    index = TopicIndex.build([unit(*(("activity", heading, text) for heading, text in printed))])
    groups = [(5.0, {"窓口": 1.0, "端末": 0.7}), (3.0, {"公園": 1.0}), (1.0, {"研修": 1.0})]
    near = measure_texts(index, groups).near
    for number, (heading, text) in enumerate(printed):
        lines = [[term for term in words if term in part] for part in (heading, *text.split("。"))]
        found = [[max((group.get(term, 0.0) for term in line), default=0.0) for _, group in groups] for line in lines]
        headed = [[max(own, head) for own, head in zip(line, found[0], strict=True)] for line in found]
        assert near.line[number] == pytest.approx(max(map(_share_by_hand, headed)))
        assert near.whole[number] == pytest.approx(_share_by_hand([max(column) for column in zip(*found, strict=True)]))
        assert near.heading[number] == pytest.approx(_share_by_hand(found[0]))


def _share_by_hand(strengths: list[float]) -> float:
    """Of the weights 5, 3 and 1: the first two tell."""
    first, second, third = strengths
    return (5 * first + 3 * second + third) / 9 if min(first, second) >= 0.6 else 0.0
