"""The errors that Keikaku raises on purpose. Each message is Japanese, names the file, line or field, and says what would be right."""

from __future__ import annotations


class KeikakuError(Exception):
    """Base of every error that is meant for the user; anything else is a defect."""


class UnreadableDocument(KeikakuError):
    """A file cannot be read as a document: empty, binary, unknown encoding, PDF without text …"""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file}: {reason}")
        self.file = file
        self.reason = reason


class SettingsError(KeikakuError):
    """A setting, argument or settings file is wrong: names the field and what would be right."""


class SnapshotError(KeikakuError):
    """A data folder or snapshot is missing, incomplete, damaged or built by something incompatible."""


class QueryRefused(KeikakuError):
    """A query asks for what this endpoint does not do (update, SERVICE, LOAD, foreign FROM): HTTP 403."""


class QuerySyntaxError(KeikakuError):
    """A query does not parse; the message carries line and column: HTTP 400."""


class QueryUnsupported(QuerySyntaxError):
    """A query that is SPARQL but asks for what the engine does not have, such as a function of another product: HTTP 400."""


class QueryTimeout(KeikakuError):
    """A query was stopped at its time limit: HTTP 503 with the limit in the message."""


class QueryTooLarge(QueryRefused):
    """A query is longer than the endpoint reads: HTTP 413."""


class QueryTooDeep(QueryRefused):
    """A query has more words or deeper nesting than the endpoint reads: HTTP 400."""


class QueryCancelled(QueryTimeout):
    """Who asked has gone: the query was stopped, and nobody reads this."""


class NotAcceptable(QueryRefused):
    """No format of the result fits the Accept header: HTTP 406; the message names those that do."""


class EngineUnavailable(KeikakuError):
    """Another SPARQL engine that was set does not answer, refuses, or answers what cannot be read: HTTP 502; the message says what to check."""
