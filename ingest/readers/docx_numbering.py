"""Numbers and bullets that Word prints before paragraphs: they stand in numbering.xml, not in the text (ECMA-376 Part 1, 17.9)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.etree import QName, _Element

_KANJI = "〇一二三四五六七八九"
_AIUEO = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
_IROHA = "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセスン"
_ROMAN = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
# Bullets of the fonts Wingdings and Symbol are letters or private characters; what is none of these is printed as ・.
_BULLETS = "・●○■□◆◇▼▽▲△►▶※－–-*☆★⇒→"
_DEPTH = 9


def local_name(element: _Element) -> str:
    """The name without its namespace, which differs between the transitional and the strict form; empty for comments."""
    return QName(element).localname if isinstance(element.tag, str) else ""


def attribute(element: _Element | None, name: str) -> str | None:
    if element is None:
        return None
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), None)


def child(element: _Element | None, *names: str) -> _Element | None:
    """The first descendant along ``names``, None where one is missing."""
    for name in names:
        element = next((own for own in element if local_name(own) == name), None) if element is not None else None
    return element


@dataclass(slots=True)
class _Level:
    start: int = 1
    kind: str = "decimal"
    text: str = ""


@dataclass(slots=True)
class Numbering:
    """Counts the numbered paragraphs of a document; ``label`` is called for each in turn."""

    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)  # by list definition (abstractNum)
    lists: dict[str, str] = field(default_factory=dict)  # numId → definition
    restarts: dict[str, dict[int, int]] = field(default_factory=dict)  # numId → level → number it begins with anew
    styles: dict[str, tuple[str | None, int | None, str | None]] = field(default_factory=dict)  # style → numId, level, style it is based on
    counts: dict[str, list[int | None]] = field(default_factory=dict)

    @classmethod
    def read(cls, numbering: _Element | None, styles: _Element | None) -> Numbering:
        """From the roots of numbering.xml and styles.xml, either of which may be missing."""
        found = cls()
        for element in numbering if numbering is not None else ():
            if local_name(element) == "abstractNum":
                own = {_integer(attribute(level, "ilvl"), 0): _read_level(level) for level in element if local_name(level) == "lvl"}
                found.levels[attribute(element, "abstractNumId") or ""] = own
            elif local_name(element) == "num":
                number = attribute(element, "numId") or ""
                found.lists[number] = attribute(child(element, "abstractNumId"), "val") or ""
                found.restarts[number] = dict(_read_restarts(element))
        for style in styles if styles is not None else ():
            if local_name(style) == "style":
                number, level = _read_reference(style)
                found.styles[attribute(style, "styleId") or ""] = (number, level, attribute(child(style, "basedOn"), "val"))
        return found

    def label(self, paragraph: _Element) -> str:
        """What is printed before the paragraph: 第１章, (2), ①, ・; empty where it has no number."""
        number, level = self._reference(paragraph)
        definition = self.lists.get(number or "", "")
        own = self.levels.get(definition, {}).get(level)
        if own is None:
            return ""
        if own.kind == "bullet":
            return own.text if own.text and own.text in _BULLETS else "・"
        counts = self.counts.setdefault(definition, [None] * _DEPTH)
        restart = self.restarts.get(number or "", {}).pop(level, None)
        before = counts[level]
        counts[level] = restart if restart is not None else own.start if before is None else before + 1
        counts[level + 1 :] = [None] * (_DEPTH - level - 1)
        return re.sub(r"%([1-9])", lambda match: self._print(definition, int(match[1]) - 1), own.text).strip()

    def _print(self, definition: str, level: int) -> str:
        own = self.levels[definition].get(level, _Level())
        count = self.counts[definition][level]
        return format_number(own.start if count is None else count, own.kind)

    def _reference(self, paragraph: _Element) -> tuple[str | None, int]:
        number, level = _read_reference(paragraph)
        style, seen = attribute(child(paragraph, "pPr", "pStyle"), "val"), set()
        while style and style not in seen and (number is None or level is None):
            seen.add(style)
            own_number, own_level, style = self.styles.get(style, (None, None, None))
            number = own_number if number is None else number
            level = own_level if level is None else level
        return number, min(level or 0, _DEPTH - 1)


def _read_reference(element: _Element) -> tuple[str | None, int | None]:
    properties = child(element, "pPr", "numPr")
    level = attribute(child(properties, "ilvl"), "val")
    return attribute(child(properties, "numId"), "val"), _integer(level, 0) if level is not None else None


def _read_level(level: _Element) -> _Level:
    return _Level(
        _integer(attribute(child(level, "start"), "val"), 1),
        attribute(child(level, "numFmt"), "val") or "decimal",
        attribute(child(level, "lvlText"), "val") or "",
    )


def _read_restarts(number: _Element) -> Iterator[tuple[int, int]]:
    for override in number:
        start = attribute(child(override, "startOverride"), "val")
        if local_name(override) == "lvlOverride" and start is not None:
            yield _integer(attribute(override, "ilvl"), 0), _integer(start, 1)


def _integer(text: str | None, default: int) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,4}", text) else default


def format_number(number: int, kind: str) -> str:
    """A counter as Word prints it (ST_NumberFormat, 17.18.59); kinds that Japanese documents do not use are printed as digits."""
    if kind == "none":
        return ""
    if kind in ("decimalFullWidth", "decimalFullWidth2"):
        return str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    if kind.startswith("decimalEnclosedCircle") and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    if kind == "decimalEnclosedParen" and 1 <= number <= 20:
        return f"({number})"
    if kind in ("aiueo", "aiueoFullWidth"):
        return _AIUEO[(number - 1) % len(_AIUEO)]
    if kind in ("iroha", "irohaFullWidth"):
        return _IROHA[(number - 1) % len(_IROHA)]
    if kind in ("upperLetter", "lowerLetter") and number >= 1:
        letter = chr(ord("A") + (number - 1) % 26)
        return letter if kind == "upperLetter" else letter.lower()
    if kind in ("upperRoman", "lowerRoman"):
        roman = _roman(number)
        return roman if kind == "upperRoman" else roman.lower()
    if kind in ("japaneseCounting", "japaneseDigitalTenThousand", "chineseCounting", "ideographDigital", "chineseCountingThousand"):
        return _kanji(number)
    return str(number)


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        text += letters * (number // value)
        number %= value
    return text


def _kanji(number: int) -> str:
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    return (_KANJI[tens] if tens > 1 else "") + ("十" if tens else "") + (_KANJI[ones] if ones else "")
