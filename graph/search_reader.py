"""Reads what stands between the braces of ``SERVICE plan:search { … }``: triples about one subject, in the grammar of SPARQL."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from graph.sparql_tokens import Prologue, Token, fail_at
from graph.terms import PLAN, XSD

MAX_LIMIT = 100
MAX_CHARACTERS = 500
MODES = ("hybrid", "keyword", "semantic")
KINDS = ("Measure", "Initiative", "Passage", "Department")
OUTPUTS = ("score", "rank", "matchText", "highlight", "matchSource")

_ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_ESCAPED = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})|\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Term:
    """An object or subject. ``kind`` is variable, iri, string, integer or literal (any other); ``value`` what it stands for."""

    kind: str
    value: str
    token: Token


@dataclass(frozen=True, slots=True)
class SearchCall:
    """What is asked of the search. ``kinds`` are local names of classes; ``municipality`` is a name, code or IRI."""

    query: str
    kinds: tuple[str, ...] = ("Measure",)
    limit: int = 10
    mode: str = "hybrid"
    municipality: str | None = None
    fiscal_year: int | None = None


@dataclass(frozen=True, slots=True)
class ReadSearch:
    """One group. ``subject`` is a variable (``?measure``) or an IRI; ``outputs`` are pairs of variable and local name of what it gets.

    ``end`` is the position after the closing brace.
    """

    subject: str
    call: SearchCall
    outputs: tuple[tuple[str, str], ...]
    end: int


class SearchReader:
    """Reads one group from the token ``index``, which has to be its opening brace."""

    def __init__(self, query: str, tokens: Sequence[Token], index: int, prologue: Prologue) -> None:
        self._query = query
        self._tokens = tokens
        self._index = index
        self._prologue = prologue
        self._subject = ""
        self._parameters: dict[str, Any] = {}
        self._outputs: list[tuple[str, str]] = []

    def read(self) -> ReadSearch:
        """Raises QuerySyntaxError with the place of what cannot stand there."""
        name = self._tokens[self._index - 1]
        self._expect("{", "SERVICE plan:search のあとには { … } が必要です")
        while not self._at("}"):
            self._read_subject()
            self._read_predicates()
            if not self._at("}"):
                self._expect(".", _ALLOWED)
        if "query" not in self._parameters:
            self._fail(name, 'plan:search には plan:query "探したいこと" が必要です')
        self._check_kinds(name)
        return ReadSearch(self._subject, SearchCall(**self._parameters), tuple(self._outputs), self._next().end)

    def _read_subject(self) -> None:
        term = self._read_term(_ALLOWED)
        if term.kind not in ("variable", "iri"):
            self._fail(term.token, "plan:search の主語は変数か IRI です")
        subject = f"?{term.value}" if term.kind == "variable" else term.value
        if self._subject not in ("", subject):
            self._fail(term.token, "一つの plan:search に書ける主語は一つです。別の検索は SERVICE plan:search をもう一つ書いてください")
        if subject[1:] in self._variables:
            self._fail(term.token, f"{subject} が二度出てきます。別の変数にしてください")
        self._subject = subject

    def _read_predicates(self) -> None:
        """One or more ``verb objects`` divided by ``;``, which may stand several times and at the end."""
        self._read_objects(self._read_verb())
        while self._at(";"):
            self._index += 1
            if not (self._at(";") or self._at(".") or self._at("}")):
                self._read_objects(self._read_verb())

    def _read_verb(self) -> tuple[str, Token]:
        token = self._next()
        iri = self._resolve(token) or ""
        name = iri.removeprefix(PLAN.iri)
        if name == iri or (name not in OUTPUTS and name not in _PARAMETERS):
            self._fail(token, _ALLOWED)
        return name, token

    def _read_objects(self, verb: tuple[str, Token]) -> None:
        name, token = verb
        terms = [self._read_term(f"plan:{name} の値が必要です")]
        while self._at(","):
            self._index += 1
            terms.append(self._read_term(f"plan:{name} の値が必要です"))
        if name in OUTPUTS:
            for term in terms:
                self._add_output(name, term)
            return
        field_name, read = _PARAMETERS[name]
        if field_name in self._parameters or (len(terms) > 1 and name != "searchIn"):
            self._fail(token, f"plan:{name} は一つだけ書いてください")
        values = tuple(read(self, term) for term in terms)
        self._parameters[field_name] = values if name == "searchIn" else values[0]

    def _add_output(self, name: str, term: _Term) -> None:
        if term.kind != "variable":
            self._fail(term.token, f"plan:{name} の値は検索が決めます。変数を書いてください（絞り込みは外の FILTER で）")
        if term.value in self._variables or f"?{term.value}" == self._subject:
            self._fail(term.token, f"?{term.value} が二度出てきます。別の変数にしてください")
        self._outputs.append((term.value, name))

    @property
    def _variables(self) -> list[str]:
        return [variable for variable, _ in self._outputs]

    def _check_kinds(self, name: Token) -> None:
        kinds = self._parameters.get("kinds", ())
        if "Department" not in kinds:
            return
        if len(kinds) > 1:
            self._fail(name, "plan:Department は、ほかの種類と一度に探せません。SERVICE plan:search を分けてください")
        if self._parameters.get("mode", "hybrid") != "hybrid":
            self._fail(name, 'plan:Department を探すときの plan:mode は "hybrid" だけです')

    def _read_term(self, expected: str) -> _Term:
        token = self._next(expected)
        match token.kind:
            case "variable":
                return _Term("variable", token.text[1:], token)
            case "iri" | "name":
                return _Term("iri", self._resolve(token) or "", token)
            case "string":
                return self._read_string(token)
            case "number":
                return _Term("integer" if token.text.isdigit() else "literal", token.text, token)
        if token.keyword not in ("TRUE", "FALSE"):
            self._fail(token, expected)
        return _Term("literal", token.text, token)

    def _read_string(self, token: Token) -> _Term:
        quotes = 3 if token.text[:3] in ('"""', "'''") else 1
        value = unescape(token.text[quotes:-quotes])
        following = self._tokens[self._index] if self._index < len(self._tokens) else None
        if following is not None and following.kind == "language":
            self._index += 1
        elif self._at("^^"):
            self._index += 1
            name = self._next()
            datatype = self._resolve(name)
            if datatype is None:
                self._fail(name, "^^ のあとにはデータ型の IRI が必要です")
            kind = {XSD.string.value: "string", XSD.integer.value: "integer"}.get(datatype, "literal")
            return _Term(kind, value, token)
        return _Term("string", value, token)

    def _resolve(self, token: Token) -> str | None:
        if token.kind not in ("iri", "name"):
            return None
        iri = self._prologue.resolve(token)
        if iri is None:
            self._fail(token, f"接頭辞 {token.text.partition(':')[0]}: が宣言されていません")
        return iri

    def _at(self, sign: str) -> bool:
        if self._index >= len(self._tokens):
            return False
        token = self._tokens[self._index]
        return token.kind == "operator" and token.text == sign

    def _next(self, expected: str = "") -> Token:
        if self._index >= len(self._tokens):
            self._fail(None, expected or "plan:search を閉じる } がありません")
        self._index += 1
        return self._tokens[self._index - 1]

    def _expect(self, sign: str, expected: str) -> None:
        if not self._at(sign):
            self._fail(self._tokens[self._index] if self._index < len(self._tokens) else None, expected)
        self._index += 1

    def _fail(self, token: Token | None, expected: str) -> NoReturn:
        fail_at(self._query, token, expected if token else "plan:search を閉じる } がありません")

    # ---- values of the parameters

    def _read_question(self, term: _Term) -> str:
        if term.kind == "variable":
            self._fail(term.token, "plan:query には変数でなく、定数の文字列を書いてください（検索は、ほかのパターンより先に行います）")
        if term.kind != "string" or not term.value.strip():
            self._fail(term.token, "plan:query には探したいことを文字列で書いてください")
        if len(term.value) > MAX_CHARACTERS:
            self._fail(term.token, f"plan:query は {MAX_CHARACTERS} 字までにしてください")
        return term.value

    def _read_limit(self, term: _Term) -> int:
        if term.kind != "integer" or not 1 <= _to_integer(term.value) <= MAX_LIMIT:
            self._fail(term.token, f"plan:limit には 1 から {MAX_LIMIT} までの整数を書いてください")
        return int(term.value)

    def _read_mode(self, term: _Term) -> str:
        if term.kind != "string" or term.value not in MODES:
            self._fail(term.token, 'plan:mode は "hybrid"、"keyword"、"semantic" のどれかです')
        return term.value

    def _read_kind(self, term: _Term) -> str:
        name = term.value.removeprefix(PLAN.iri)
        if term.kind != "iri" or name == term.value or name not in KINDS:
            self._fail(term.token, f"plan:searchIn は {'、'.join(f'plan:{kind}' for kind in KINDS)} のどれかです")
        return name

    def _read_municipality(self, term: _Term) -> str:
        if term.kind not in ("string", "iri"):
            self._fail(term.token, 'plan:municipality には自治体の名 "若葉野市"、コード、IRI のどれかを書いてください')
        return term.value

    def _read_year(self, term: _Term) -> int:
        if term.kind != "integer" or not 1950 <= _to_integer(term.value) <= 2100:
            self._fail(term.token, "plan:fiscalYear には年度を西暦（1950 から 2100）の整数で書いてください")
        return int(term.value)


def unescape(string: str) -> str:
    r"""The characters that the inside of a quoted string stands for (SPARQL 1.1, sections 19.2 and 19.7).

    >>> unescape(r"\u3042\"")
    'あ"'
    """
    return _ESCAPED.sub(lambda m: chr(int(m[1] or m[2], 16)) if m[1] or m[2] else _ESCAPES.get(m[3], m[3]), string)


def _to_integer(digits: str) -> int:
    """−1 for what is no integer of ordinary size."""
    return int(digits) if re.fullmatch(r"\+?[0-9]{1,9}", digits) else -1


# For each parameter its name in ``SearchCall`` and how it is read.
_PARAMETERS: dict[str, tuple[str, Callable[[SearchReader, _Term], Any]]] = {
    "query": ("query", SearchReader._read_question),
    "searchIn": ("kinds", SearchReader._read_kind),
    "limit": ("limit", SearchReader._read_limit),
    "mode": ("mode", SearchReader._read_mode),
    "municipality": ("municipality", SearchReader._read_municipality),
    "fiscalYear": ("fiscal_year", SearchReader._read_year),
}
_ALLOWED = (
    "plan:search の中に書けるのは、一つの主語についての "
    + "、".join(f"plan:{name}" for name in (*_PARAMETERS, *OUTPUTS))
    + " だけです。ほかのパターンは外に書いてください"
)
