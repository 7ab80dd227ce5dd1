from __future__ import annotations

from pathlib import Path

import pytest

from graph.skos_labels import ThesaurusError
from search_api.thesaurus import BUILT_IN, Concept, Thesaurus, read_thesaurus

PREFIXES = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix kt: <https://w3id.org/keikaku/thesaurus#> .\n"
CASHLESS = PREFIXES + (
    'kt:c skos:prefLabel "キャッシュレス決済"@ja , "cashless payment"@en ; skos:altLabel "電子決済"@ja ;'
    ' skos:hiddenLabel "ピッと払う"@ja ; skos:definition "現金を使わない支払いを広げる。"@ja ; skos:broader kt:payment .\n'
    'kt:payment skos:prefLabel "公金収納" .\n'
)


def write(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def test_a_concept_has_its_labels_by_kind(tmp_path: Path) -> None:
    concept, payment = Thesaurus.read([write(tmp_path, "a.ttl", CASHLESS)]).concepts
    assert concept.plans == ("キャッシュレス決済", "電子決済")
    assert concept.said == ("ピッと払う",)
    assert concept.english == ("cashless payment",)
    assert concept.definition == "現金を使わない支払いを広げる。"
    assert concept.broader == (payment.iri,)
    assert payment.label == "公金収納"  # a label without a language is Japanese


def test_files_add_to_each_other(tmp_path: Path) -> None:
    own = write(tmp_path, "b.ttl", PREFIXES + 'kt:c skos:hiddenLabel "小銭がいらない"@ja .')
    concepts = Thesaurus.read([write(tmp_path, "a.ttl", CASHLESS), own]).concepts
    assert concepts[0].said == ("ピッと払う", "小銭がいらない")


def test_the_users_file_in_the_data_directory_is_read(tmp_path: Path) -> None:
    built_in = len(read_thesaurus().concepts)
    write(tmp_path, "thesaurus.ttl", PREFIXES + '<https://w3id.org/keikaku/thesaurus/local#x> skos:prefLabel "若葉ポイント"@ja .')
    assert len(read_thesaurus(tmp_path).concepts) == built_in + 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('kt:c skos:prefLabel "閉じない@ja .\n', r"own\.ttl:2: シソーラス（Turtle）を読めません"),
        ('kt:c skos:hiddenLabel "名のない概念"@ja .\n', r"own\.ttl: .*#c に日本語の skos:prefLabel がありません"),
        ('kt:c skos:prefLabel "only English"@en .\n', r"に日本語の skos:prefLabel がありません"),
    ],
)
def test_a_damaged_file_is_named_with_what_would_be_right(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(ThesaurusError, match=message):
        Thesaurus.read([write(tmp_path, "own.ttl", PREFIXES + content)])


THESAURUS = Thesaurus(
    (
        Concept("urn:a", ("キャッシュレス決済", "電子決済"), ("ピッと払う", "電子マネーで払う"), ("cashless payment",)),
        Concept("urn:b", ("橋りょうの長寿命化", "橋"), ("渡れない",)),
        Concept("urn:c", ("AI",), ()),
    )
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("税金をピッと払うには", [("ピッと払う", True)]),
        ("ｷｬｯｼｭﾚｽ決済", [("ｷｬｯｼｭﾚｽ決済", False)]),
        ("Cashless Payment and 電子決済", [("Cashless Payment", True), ("電子決済", False)]),
        ("板橋区の橋", []),  # one character is part of too many words
        ("AIM の AI と AI", [("AI", False), ("AI", False)]),
        ("", []),
    ],
)
def test_labels_are_found_where_they_stand_as_words(text: str, found: list[tuple[str, bool]]) -> None:
    assert [(text[m.start : m.end], m.everyday) for m in THESAURUS.find(text)] == found


@pytest.fixture(scope="module")
def built_in() -> Thesaurus:
    return read_thesaurus()


def test_the_built_in_thesaurus_is_sound(built_in: Thesaurus) -> None:
    iris = {concept.iri for concept in built_in.concepts}
    assert len(iris) > 800
    for concept in built_in.concepts:
        assert set(concept.broader) <= iris, concept.iri
        assert concept.said, concept.iri
        assert concept.english, concept.iri
        assert concept.definition, concept.iri
        assert len(set(concept.labels)) == len(concept.labels), concept.iri


def test_an_everyday_wording_means_one_concept(built_in: Thesaurus) -> None:
    said = [(wording, concept.iri) for concept in built_in.concepts for wording in concept.said]
    assert len({wording for wording, _ in said}) == len(said)


def test_every_file_bears_its_licence() -> None:
    for path in BUILT_IN.glob("*.ttl"):
        assert "Apache-2.0" in path.read_text(encoding="utf-8")[:400], path
