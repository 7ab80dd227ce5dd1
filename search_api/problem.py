"""Errors over HTTP: ``application/problem+json`` (RFC 9457) for programs, in Japanese or English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import JSONResponse

MEDIA_TYPE = "application/problem+json"
TYPE_BASE = "https://w3id.org/keikaku/problem/"

TITLES = {
    "invalid-parameter": ("入力が正しくありません", "Invalid parameter"),
    "invalid-query": ("SPARQL の構文が正しくありません", "The SPARQL query does not parse"),
    "unsupported-query": ("この問い合わせには対応していません", "The query is not supported"),
    "invalid-request": ("要求が正しくありません", "Invalid request"),
    "query-refused": ("この問い合わせには応じられません", "The query is refused"),
    "query-too-complex": ("問い合わせが複雑すぎます", "The query is too complex"),
    "too-many-requests": ("問い合わせが多すぎます", "Too many requests"),
    "overloaded": ("混み合っています", "Overloaded"),
    "query-timeout": ("制限時間内に終わりませんでした", "The query ran out of time"),
    "engine-unavailable": ("SPARQL のエンジンが答えません", "The SPARQL engine does not answer"),
    "not-found": ("見つかりません", "Not found"),
    "method-not-allowed": ("この方法では受け付けていません", "Method not allowed"),
    "not-acceptable": ("求められた形式では返せません", "Not acceptable"),
    "too-large": ("要求が大きすぎます", "Request too large"),
    "unsupported-media-type": ("この形式の要求は受け付けていません", "Unsupported media type"),
    "not-ready": ("準備ができていません", "Not ready"),
    "internal-error": ("内部エラーが起きました", "Internal error"),
}


@dataclass(frozen=True, slots=True)
class Text:
    """One message in both languages."""

    ja: str
    en: str

    def in_language(self, language: str) -> str:
        return self.en if language == "en" else self.ja


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field of the request and what would be right."""

    field: str
    detail: Text


class Problem(Exception):
    """An answer other than the one asked for. ``kind`` is a key of ``TITLES`` and the end of the problem's ``type``."""

    def __init__(
        self,
        status: int,
        kind: str,
        detail: Text,
        *,
        errors: tuple[FieldError, ...] = (),
        headers: Mapping[str, str] | None = None,
        extensions: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(detail.ja)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.errors = errors
        self.headers = dict(headers or {})
        self.extensions = dict(extensions or {})

    def title(self, language: str) -> str:
        japanese, english = TITLES[self.kind]
        return english if language == "en" else japanese

    def to_json(self, language: str) -> dict[str, object]:
        """The members of RFC 9457, ``errors`` (field, detail) where fields are at fault, and what the problem adds (section 3.2)."""
        members: dict[str, object] = {
            "type": TYPE_BASE + self.kind,
            "title": self.title(language),
            "status": self.status,
            "detail": self.detail.in_language(language),
        } | self.extensions
        if self.errors:
            members["errors"] = [{"field": error.field, "detail": error.detail.in_language(language)} for error in self.errors]
        return members


def problem_response(problem: Problem, language: str) -> JSONResponse:
    headers = {**problem.headers, "Content-Language": language, "Vary": "Accept, Accept-Language", "Cache-Control": "no-store"}
    return JSONResponse(problem.to_json(language), problem.status, headers, media_type=MEDIA_TYPE)


def not_found(what: str) -> Problem:
    """404 for the address or identifier ``what``."""
    return Problem(
        404,
        "not-found",
        Text(
            f"「{what}」は現在のデータにありません。文書が読み直された際に外れたか、番地が違う可能性があります。",
            f'"{what}" is not in the current data. It may have left with a newer reading of the documents, or the address is mistaken.',
        ),
    )


def describe_invalid_fields(errors: list[dict]) -> Problem:
    """Turn the validator's list (pydantic's ``errors()``) into one problem that names every field and what would be right."""
    found = tuple(FieldError(str(error["loc"][-1]), _describe(error)) for error in errors)
    detail = Text(
        " ".join(f"{error.field}: {error.detail.ja}" for error in found), " ".join(f"{error.field}: {error.detail.en}" for error in found)
    )
    return Problem(400, "invalid-parameter", detail, errors=found)


def _describe(error: dict) -> Text:
    kind, context, given = error["type"], error.get("ctx", {}), error.get("input")
    if kind == "missing":
        return Text("必須です。値を指定してください。", "This field is required.")
    if kind == "int_parsing":
        return Text(
            f"「{given}」は整数ではありません。10 のような整数を指定してください。", f'"{given}" is no integer; give one such as 10.'
        )
    if kind == "bool_parsing":
        return Text(f"「{given}」は使えません。true か false を指定してください。", f'"{given}" is not allowed; give true or false.')
    if kind == "greater_than_equal":
        return Text(
            f"{context['ge']} 以上の数を指定してください（指定値: {given}）。",
            f"Give a number of at least {context['ge']} (given: {given}).",
        )
    if kind == "less_than_equal":
        return Text(
            f"{context['le']} 以下の数を指定してください（指定値: {given}）。",
            f"Give a number of at most {context['le']} (given: {given}).",
        )
    if kind in ("literal_error", "enum"):
        allowed = str(context["expected"])
        choices = allowed.replace("'", "").replace(" or ", ", ")
        return Text(
            f"「{given}」は使えません。{choices.replace(', ', '、')} のいずれかを指定してください。",
            f'"{given}" is not allowed; give one of {choices}.',
        )
    if kind == "string_too_long":
        limit = context["max_length"]
        return Text(
            f"{limit} 文字以内にしてください（{len(str(given))} 文字あります）。",
            f"Give at most {limit} characters ({len(str(given))} given).",
        )
    if kind == "string_too_short":
        return Text("空にはできません。探したいことを書いてください。", "Must not be empty; write what to look for.")
    return Text(f"値「{given}」を読み取れません（{kind}）。", f'The value "{given}" cannot be read ({kind}).')
