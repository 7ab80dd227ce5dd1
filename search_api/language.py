"""The language of an answer, by the request's Accept-Language (RFC 9110, section 12.5.4)."""

from __future__ import annotations


def choose_language(header: str | None) -> str:
    """``"en"`` when English is liked better than Japanese, else ``"ja"``.

    >>> choose_language("en-GB,en;q=0.9,ja;q=0.5"), choose_language("ja,en;q=0.9"), choose_language(None), choose_language("fr")
    ('en', 'ja', 'ja', 'ja')
    """
    weights = {"ja": 0.0, "en": 0.0}
    for element in (header or "").split(","):
        tag, *parameters = (part.strip().lower() for part in element.split(";"))
        primary = tag.partition("-")[0]
        if primary in weights:
            weight = next((_read_weight(parameter[2:]) for parameter in parameters if parameter.startswith("q=")), 1.0)
            weights[primary] = max(weights[primary], weight)
    return "en" if weights["en"] > weights["ja"] else "ja"


def _read_weight(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0  # an unreadable weight recommends nothing
