"""Cell values as Excel shows them. Source: ECMA-376 Part 1, 18.8.30 and 18.8.31 (number formats), and Excel's own display of 標準."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_.|\*.|\[\$(?P<currency>[^\]-]*)[^\]]*\]|\[[^\]]*\]'
    r"|(?P<general>General|G/標準)|(?P<exponent>E[+-]\d+)|(?P<digits>[#0?][#0?,.]*|\.[#0?]+)|(?P<percent>%)|(?P<literal>.)",
    re.IGNORECASE | re.DOTALL,
)
_DATE_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_.|\*.|\[\$[^\]]*\]|(?P<elapsed>\[(?:h+|m+|s+)\])|\[[^\]]*\]|(?P<half>AM/PM|A/P)'
    r"|(?P<part>y+|g+|e+|m+|d+|a{3,4}|h+|s+(?:\.0+)?)|(?P<literal>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?[\d.]+)\]")
_COMPARE = {
    "<": Decimal.__lt__,
    "<=": Decimal.__le__,
    ">": Decimal.__gt__,
    ">=": Decimal.__ge__,
    "=": Decimal.__eq__,
    "<>": Decimal.__ne__,
}
_SECTION = re.compile(r'(?:"[^"]*"|\\.|\[[^\]]*\]|[^;])*', re.DOTALL)
_SIGN_BEFORE_DIGITS = re.compile(r"(?<=[▲△−-])\s+(?=\d)")
_ERAS = (
    (date(2019, 5, 1), "令和", "R"),
    (date(1989, 1, 8), "平成", "H"),
    (date(1926, 12, 25), "昭和", "S"),
    (date(1912, 7, 30), "大正", "T"),
)
_WEEKDAYS = "月火水木金土日"
# Formats that Excel shows by the language of the machine; these are the Japanese ones.
_BY_LANGUAGE = {
    "mm-dd-yy": "yyyy/m/d",
    "m/d/yy h:mm": "yyyy/m/d h:mm",
    "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy": "yyyy年m月d日",
    "[$-F400]h:mm:ss\\ AM/PM": "h:mm:ss",
}
# Ids that mean dates in Japanese Excel and are not written out in the file (18.8.30, ja-jp).
JAPANESE_FORMATS = {
    27: "[$-411]ge.m.d",
    28: '[$-411]ggge"年"m"月"d"日"',
    29: '[$-411]ggge"年"m"月"d"日"',
    30: "m/d/yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"時"mm"分"',
    33: 'h"時"mm"分"ss"秒"',
    34: 'yyyy"年"m"月"',
    35: 'm"月"d"日"',
    36: "[$-411]ge.m.d",
    50: "[$-411]ge.m.d",
    51: '[$-411]ggge"年"m"月"d"日"',
    52: 'yyyy"年"m"月"',
    53: 'm"月"d"日"',
    54: '[$-411]ggge"年"m"月"d"日"',
    55: 'yyyy"年"m"月"',
    56: 'm"月"d"日"',
    57: "[$-411]ge.m.d",
    58: '[$-411]ggge"年"m"月"d"日"',
}

CellValue = str | bool | int | float | datetime | date | time | timedelta | None


def format_value(value: CellValue, code: str = "General") -> str:
    """``value`` as printed under the format ``code``.

    >>> format_value(0.82, "0%"), format_value(12345.0, "#,##0"), format_value(3.0), format_value(-5, '0;"▲ "0')
    ('82%', '12,345', '3', '▲5')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        with localcontext(prec=400):  # a double has at most 309 digits before its point
            return _format_number(Decimal(repr(value)), code)
    if isinstance(value, timedelta):
        return _format_elapsed(value)
    if isinstance(value, date | time):
        return _format_date(value, _BY_LANGUAGE.get(code, code))
    return value


def _format_number(value: Decimal, code: str) -> str:
    if not value.is_finite():
        return str(value)
    section, value = _choose_section(value, [part for part in _SECTION.findall(code.strip()) if part] or ["General"], code)
    tokens = list(_TOKEN.finditer(section))
    runs = [token["digits"] for token in tokens if token["digits"]]
    if len(runs) > 1 or any(token["exponent"] for token in tokens) or section.strip() == "@":
        return _general(value)  # fractions, telephone numbers, powers of ten: the value itself
    value *= 100 ** sum(bool(token["percent"]) for token in tokens)
    shown = [token["quoted"] or token["escaped"] or token["currency"] or token["literal"] or token["percent"] or "" for token in tokens]
    for index, token in enumerate(tokens):
        if token["digits"]:
            shown[index] = _digits(abs(value), token["digits"])
        elif token["general"]:
            shown[index] = _general(abs(value))
    text = "".join(shown).strip()
    return _SIGN_BEFORE_DIGITS.sub("", f"-{text}" if value < 0 and re.search("[1-9]", text) else text)


def _choose_section(value: Decimal, sections: Sequence[str], code: str) -> tuple[str, Decimal]:
    """The part of a format (positive; negative; zero, or by conditions) that holds for a value, and the value it shows."""
    if code.startswith(";") or ";;" in code:  # an empty part hides its values
        sections = code.split(";")
    conditions = [_CONDITION.search(section) for section in sections]
    if any(conditions):
        for section, condition in zip(sections, conditions, strict=True):
            if condition is None or _COMPARE[condition[1]](value, Decimal(condition[2])):
                return section, value
        return "General", value
    if value < 0 and len(sections) > 1:
        return sections[1], -value
    if value == 0 and len(sections) > 2:
        return sections[2], value
    return sections[0], value


def _digits(value: Decimal, pattern: str) -> str:
    whole, _, fraction = pattern.partition(".")
    thousands = len(pattern) - len(pattern.rstrip(","))
    value = value.scaleb(-3 * thousands)
    fraction, whole = fraction.rstrip(","), whole.rstrip(",")
    rounded = value.quantize(Decimal(1).scaleb(-len(fraction)), ROUND_HALF_UP)
    integer, _, decimals = f"{rounded:f}".partition(".")
    integer = integer.lstrip("0").rjust(whole.count("0"), "0")
    if "," in whole:
        head = len(integer) % 3
        integer = ",".join(filter(None, [integer[:head], *(integer[i : i + 3] for i in range(head, len(integer), 3))]))
    while len(decimals) > fraction.count("0") and decimals.endswith("0"):
        decimals = decimals[:-1]
    return f"{integer}.{decimals}" if decimals else integer


def _general(value: Decimal) -> str:
    """標準: no needless zeros, at most eleven characters."""
    whole = len(str(int(abs(value))))
    text = f"{value.quantize(Decimal(1).scaleb(-max(0, 10 - whole)), ROUND_HALF_UP):f}" if whole < 25 else str(value)
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _format_elapsed(value: timedelta) -> str:
    minutes = round(value.total_seconds() / 60)
    return f"{minutes // 60}:{minutes % 60:02d}"


def _format_date(value: date | time, code: str) -> str:
    tokens = list(_DATE_TOKEN.finditer(code.split(";", maxsplit=1)[0]))
    parts = [(token["part"] or token["elapsed"] or "").strip("[]").lower() for token in tokens]
    if not any(parts):
        return value.isoformat()
    named = [(index, part) for index, part in enumerate(parts) if part]
    shown = []
    for index, token in enumerate(tokens):
        part = parts[index]
        if part.startswith("m") and len(part) <= 2:
            place = named.index((index, part))
            before, after = named[place - 1][1] if place else "", named[place + 1][1] if place + 1 < len(named) else ""
            part = part.replace("m", "n") if before.startswith("h") or after.startswith("s") else part
        half = token["half"] and ("午前" if getattr(value, "hour", 0) < 12 else "午後")
        shown.append(_date_part(value, part) if part else half or token["quoted"] or token["escaped"] or token["literal"] or "")
    return "".join(shown).strip()


def _date_part(value: date | time, part: str) -> str:
    """One part of a date; ``n`` are minutes. A time has no day, a day no hour: these parts stay empty."""
    kind, size = part[0], len(part)
    if kind in "hns":
        number = {"h": "hour", "n": "minute", "s": "second"}[kind]
        return f"{getattr(value, number, 0):0{min(size, 2)}d}"
    if isinstance(value, time):
        return ""
    if kind in "ge":
        return _era_part(value, kind, size)
    if kind == "a":
        return _WEEKDAYS[value.weekday()] + ("曜日" if size == 4 else "")
    if kind == "y":
        return f"{value.year:04d}" if size > 2 else f"{value.year % 100:02d}"
    if kind == "d" and size > 2:
        return value.strftime("%A" if size > 3 else "%a")
    if kind == "m" and size > 2:
        return value.strftime("%B" if size > 3 else "%b")
    return f"{value.month if kind == 'm' else value.day:0{size}d}"


def _era_part(value: date, kind: str, size: int) -> str:
    day = date(value.year, value.month, value.day)
    start, name, letter = next((era for era in _ERAS if day >= era[0]), (date(1, 1, 1), "", ""))
    if kind == "g":
        return name if size > 2 else name[:1] if size == 2 else letter
    return f"{value.year - start.year + 1:0{min(size, 2)}d}"
