"""The words of ``ingest/frameworks.toml`` as patterns, for one municipality: they hold the name of its prefecture."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ingest.labels import label_key
from ontology.frameworks import known_frameworks
from ontology.model import Municipality

ARTICLE = r"第[\d一二三四五六七八九十百]+条"
_EDITION = r"(?:20\d\d(?!年)|\d{1,2}(?![\d年月日版.か%]))?"
_NO_BODY = "(?![課局部室係会員審区域道決])"  # 都市計画課, 総合計画審議会, 都市計画決定
_ORDINAL = r"(?:第[\d一二三四五六七八九十]+[次期])?"


@dataclass(frozen=True, slots=True)
class FrameworkWords:
    """``bare`` finds names that stand without quotes behind their owner, ``decided`` those with a decision behind them; the other patterns are asked
    about a name and the text around it.
    """

    triggers: re.Pattern[str]
    known: re.Pattern[str]
    owner_before: re.Pattern[str]
    owner_is_subject: re.Pattern[str]
    owner_decides: re.Pattern[str]
    town_follows: re.Pattern[str]
    plan_ending: re.Pattern[str]
    owned_ending: re.Pattern[str]
    never: re.Pattern[str]
    general: re.Pattern[str]
    bare: tuple[re.Pattern[str], ...]
    decided: re.Pattern[str]
    law: re.Pattern[str]
    law_ending: re.Pattern[str]
    law_follows: re.Pattern[str]
    before_law: re.Pattern[str]
    heading: re.Pattern[str]


@cache
def load_words() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((Path(__file__).parents[2] / "frameworks.toml").read_text(encoding="utf-8"))


def any_of(words: Iterable[str]) -> str:
    """An alternation, the longest word first."""
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word)))


@cache
def framework_words(municipality: Municipality) -> FrameworkWords:
    """The patterns for the plans of ``municipality``; that of a prefecture has no owner but the state above it."""
    words = load_words()
    name, law, owner = words["name"], words["law"], words["owner"]
    prefecture = municipality.prefecture if municipality.prefecture != municipality.name else ""
    bodies, kinds, verbs = any_of(owner["bodies"]), any_of(name["kinds"]), any_of(owner["verbs"])
    lands = f"国{prefecture[-1]}" if prefecture else "国"
    makers = any_of([*owner["bodies"], prefecture] if prefecture else owner["bodies"])
    owners = rf"(?P<owner>{makers}|政府[A-Za-zァ-ヶー]{{0,9}}|(?<![一-龥々])(?<!我が)(?<!わが)[{lands}])"
    heads = any_of([prefecture, "政府", *lands] if prefecture else ["政府", *lands])
    known = {label_key(own) for framework in known_frameworks() if not framework.is_edition for own in framework.names}
    endings = {*name["kinds"], *name["guidance"], *name["standards"], *(own[-3:] for own in known), "法", "政令"}
    return FrameworkWords(
        triggers=re.compile(any_of(endings)),
        # 「シン・トセイ3」 and 「…構想基本方針」 are other documents than those their first words name; a grant named after a plan is none.
        known=re.compile(rf"(?:{any_of(known)})(?!(?:推進)?交付金|施行令|施行規則)(?:基本方針|総合戦略|基本計画|実行計画)?{_EDITION}"),
        owner_before=re.compile(
            rf"{owners}(?:は、?|では、?|の|から|による|において|の?(?:通知|通達|告示)|が(?:新たに)?(?:{verbs})(?:し|され|る)?(?:た|ている)?)?"
            r"(?:[^、。「」『』は]{1,20}である)?$"
        ),
        owner_is_subject=re.compile(rf"(?:^|[。、]|その他、|また、){owners}(?:は|では|においては|において|が)"),
        owner_decides=re.compile(rf"(?:[(【][^()【】]*[)】])*(?:を|が)(?:新たに)?(?:{verbs})"),
        town_follows=re.compile(rf"(?:[(【][^()【】]*[)】])*等?(?:{any_of(owner['follows'])})"),
        plan_ending=re.compile(rf"(?:{kinds}){_EDITION}(?:改訂版)?$"),
        owned_ending=re.compile(rf"(?:{kinds}|{any_of(name['guidance'])}){_EDITION}(?:改訂版)?$"),
        never=re.compile(rf"(?:{any_of(name['never'])})(?:について)?$"),
        general=re.compile(rf"(?:{_ORDINAL}(?:{any_of([*name['kinds'], *name['guidance'], *name['general']])})+)(?:20\d\d)?"),
        bare=tuple(re.compile(pattern) for pattern in _bare_patterns(prefecture, bodies, kinds)),
        decided=re.compile(
            rf"(?:^|(?<=[、。,:;()■●・]))(?P<name>[^、。,:;()「」『』はも]{{3,60}}?(?:{kinds}){_EDITION})"
            r"(?=[(【][^()【】]{0,60}(?:決定|通知|[省庁]|内閣府|閣僚会議)[^()【】]{0,20}[)】])"
        ),
        law=re.compile(
            rf"(?:[一-龥々ァ-ヶーA-Za-z・]|{any_of(name['kana'])}){{1,30}}法(?:施行令|施行規則|(?![律人務令規制定的廷外則学案科被王]))"
        ),
        law_ending=re.compile(rf"(?:.{{2}}(?:{any_of(law['endings'])})|{any_of(law['names'])})(?:施行令|施行規則)?$"),
        law_follows=re.compile(rf"[」』]?(?:{ARTICLE}|\([^()]*(?:法律|政令)第)"),
        before_law=re.compile(rf"(?:{any_of(law['before'])})+"),
        heading=re.compile(
            rf"(?:{heads})(?:(?:・|や|、|と|及び)(?:{heads}))?(?:の|における)[^。、]{{0,12}}(?:{any_of(owner['section'])})(?:等|について)?$"
        ),
    )


def _bare_patterns(prefecture: str, bodies: str, kinds: str) -> list[str]:
    name = load_words()["name"]
    run = rf"(?:[一-龥々ァ-ヶーA-Za-z0-9・]|{any_of(name['kana'])})"
    patterns = [
        rf"(?<![一-龥々])(?<!我が)(?<!わが)国の(?P<name>{_ORDINAL}{run}{{2,30}}(?:{any_of(name['state_kinds'])}){_EDITION}){_NO_BODY}",
        rf"(?P<owner>{bodies})の?(?P<name>{run}{{2,30}}(?:{kinds}|{any_of(name['guidance'])}){_EDITION}){_NO_BODY}",
        rf"(?P<name>{any_of(name['standards'])}|{'|'.join(name['national'])})",
    ]
    if prefecture:
        patterns.append(rf"(?P<name>{_ORDINAL}{prefecture}(?![内民立庁議心]|知事){run}{{1,40}}(?:{kinds}){_EDITION}){_NO_BODY}")
        patterns.append(rf"(?P<name>{prefecture[:-1]}(?![都道府県市区町村]){run}{{2,30}}?条例)")
    return patterns
