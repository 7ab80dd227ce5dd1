"""Content negotiation: which of our formats, and which language, a request asks for (RFC 9110, section 12.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Preference:
    """One element of an Accept header: ``value`` in lower case without parameters, and its weight 0..1."""

    value: str
    weight: float


def parse_preferences(header: str) -> list[Preference]:
    """Read ``Accept`` or ``Accept-Language``. An element whose weight is no number is passed over, as the RFC lets a server do."""
    preferences = []
    for element in header.split(","):
        value, *parameters = (part.strip() for part in element.split(";"))
        weight: float | None = 1.0
        for parameter in parameters:
            name, _, number = parameter.partition("=")
            if name.strip().lower() == "q":
                weight = _parse_weight(number.strip())
        if value and weight is not None:
            preferences.append(Preference(value.lower(), weight))
    return preferences


def _parse_weight(text: str) -> float | None:
    if not text or text.strip("0123456789.") or text.count(".") > 1 or text == ".":
        return None
    weight = float(text)
    return weight if weight <= 1 else None


def choose_media_type(header: str | None, offers: Sequence[str]) -> str | None:
    """The offered media type that ``Accept`` likes best; among equals the first offered. None when it accepts none of them.

    An absent or empty header accepts everything. The most specific range that fits an offer decides its weight: with
    ``text/*;q=0.5, text/turtle;q=0`` Turtle is refused though ``text/*`` is not.
    """
    if header is None or not header.strip():
        return offers[0]
    preferences = parse_preferences(header)
    weights = [_weigh(offer, preferences) for offer in offers]
    best = max(weights)
    return offers[weights.index(best)] if best > 0 else None


def _weigh(offer: str, preferences: Sequence[Preference]) -> float:
    kind = offer.partition("/")[0]
    for wanted in (offer, f"{kind}/*", "*/*"):
        weights = [preference.weight for preference in preferences if preference.value == wanted]
        if weights:
            return max(weights)
    return 0.0


def choose_language(header: str | None) -> str:
    """``"en"`` when English is liked better than Japanese, else ``"ja"``."""
    weights = {"ja": 0.0, "en": 0.0}
    for preference in parse_preferences(header or ""):
        primary = preference.value.partition("-")[0]
        if primary in weights:
            weights[primary] = max(weights[primary], preference.weight)
    return "en" if weights["en"] > weights["ja"] else "ja"
