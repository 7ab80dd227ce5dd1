"""Which departments exist today, and which are named by old documents alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from search_api.units import Owner, Unit


@dataclass(frozen=True, slots=True)
class Departments:
    """The IRIs of the departments that are ``current``.

    Current is who owns something in the latest year of the municipality, or in the one before, since reports lag; not who gave way to
    others in a reorganisation that a document tells of.
    """

    current: frozenset[str]

    @classmethod
    def of(cls, units: Iterable[Unit]) -> Departments:
        """Those of all ``units``."""
        latest: dict[str, int] = {}
        last_seen: dict[str, tuple[str, int]] = {}
        undated: set[str] = set()
        gone: set[str] = set()
        for unit in units:
            gone.update(owner.iri for owner in unit.owners if owner.succeeded_by)
            years = unit.fiscal_years
            if unit.municipality is None or not years:
                undated.update(owner.iri for owner in unit.owners)
                continue
            code, year = unit.municipality[0], years[-1]
            latest[code] = max(latest.get(code, 0), year)
            for owner in unit.owners:
                last_seen[owner.iri] = (code, max(_last_year(owner, unit), last_seen.get(owner.iri, (code, 0))[1]))
        seen = {iri for iri, (code, year) in last_seen.items() if year >= latest[code] - 1}
        return cls(frozenset((seen | (undated - last_seen.keys())) - gone))


def _last_year(owner: Owner, unit: Unit) -> int:
    """The last year in which a unit names a department: that of the items which do, or of the unit, which its cell of owners is about."""
    named = [f.fiscal_year for f in unit.fields if owner.iri in f.owners and f.fiscal_year is not None]
    return max(named) if named and owner.role == "involved" else unit.fiscal_years[-1]
