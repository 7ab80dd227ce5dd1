"""The keywords of SPARQL, and how to find them where they are glued together.

By the grammar a word ends where its characters end, and ``SERVICESILENT`` is none. Oxigraph 0.5 reads keyword by keyword and asks for no
blank between them: ``SERVICESILENT <x:>``, ``trueSERVICE<x:>``, ``ASKFROMNAMEDs:x`` are SERVICE and FROM to it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

FORMS = frozenset(("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"))
UPDATES = frozenset(("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"))
# What may follow these.
UPDATE_WORDS = UPDATES | {"DATA", "WHERE", "SILENT", "INTO", "TO", "GRAPH", "NAMED", "DEFAULT", "ALL"}
KEYWORDS = frozenset(  # SPARQL 1.1 and the functions of 1.2 that the engine knows
    """BASE PREFIX SELECT DISTINCT REDUCED AS CONSTRUCT WHERE DESCRIBE ASK FROM NAMED GROUP BY HAVING ORDER ASC DESC LIMIT OFFSET
    VALUES UNDEF OPTIONAL GRAPH SERVICE SILENT BIND UNION MINUS FILTER IN NOT EXISTS A TRUE FALSE COUNT SUM MIN MAX AVG SAMPLE
    GROUP_CONCAT SEPARATOR REGEX SUBSTR REPLACE STR LANG LANGMATCHES DATATYPE BOUND IRI URI BNODE RAND ABS CEIL FLOOR ROUND CONCAT
    STRLEN UCASE LCASE ENCODE_FOR_URI CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER YEAR MONTH DAY HOURS MINUTES SECONDS TIMEZONE TZ
    NOW UUID STRUUID MD5 SHA1 SHA256 SHA384 SHA512 COALESCE IF STRLANG STRDT SAMETERM ISIRI ISURI ISBLANK ISLITERAL ISNUMERIC
    VERSION HASLANG HASLANGDIR LANGDIR STRLANGDIR TRIPLE ISTRIPLE SUBJECT PREDICATE OBJECT""".split()  # noqa: SIM905 - a list of words reads better
)
_LONGEST = max(map(len, KEYWORDS | UPDATE_WORDS))
MAX_RUN = 500  # a longer word is no run of keywords


def cut_behind(text: str, keywords: Collection[str], last: Collection[str]) -> Iterator[str]:
    """What remains of ``text`` behind each run of ``keywords`` from its beginning that ends with one of ``last``.

    >>> list(cut_behind("askFromNamedx", KEYWORDS, {"FROM", "NAMED"}))
    ['Namedx', 'x']
    """
    upper = text.upper() if text.isascii() else "".join(c.upper() if c.isascii() else c for c in text)
    reached = {0} if len(text) <= MAX_RUN and any(word in upper for word in last) else set()
    for start in range(len(upper)):
        if start not in reached:
            continue
        for end in range(start + 1, min(start + _LONGEST, len(upper)) + 1):
            if upper[start:end] in keywords:
                reached.add(end)
                if upper[start:end] in last:
                    yield text[end:]
