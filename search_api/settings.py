"""What the service lets its operator choose."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from graph.engine_http import RemoteStore
from ontology.errors import SettingsError

# In the data folder: questions without an answer (query_log.py).
QUERY_LOG = "query_log.sqlite"


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """Settings of the HTTP service.

    ``allow_origins`` are the origins (``https://portal.example.lg.jp``) whose pages may read answers; ``("*",)`` allows every origin,
    the default none but the service's own. ``query_timeout`` is in seconds, ``query_workers`` processes answer SPARQL, from memory where
    ``graph_in_memory`` and there is room, with at most ``query_rows`` solutions. One client may have ``client_queries`` at a time and ``client_queries_per_minute``; this machine is not counted
    with ``exempt_loopback``. ``trusted_proxies`` (addresses and networks, by commas) may tell a client's address. ``query_log`` is the
    file in which questions without an answer are counted, None to keep none. ``data_license`` is the IRI of the licence under which the
    operator publishes the data, empty where there is none. ``remote_store`` answers SPARQL in the place of the embedded engine.

    Raises SettingsError where an origin carries a path or no scheme.
    """

    allow_origins: tuple[str, ...] = ()
    query_timeout: float = 30.0
    query_workers: int = 3
    graph_in_memory: bool = True
    query_rows: int = 1_000_000
    client_queries: int = 8
    client_queries_per_minute: int = 3000
    exempt_loopback: bool = False
    trusted_proxies: str = ""
    query_log: Path | None = None
    data_license: str = ""
    remote_store: RemoteStore | None = None

    def __post_init__(self) -> None:
        if self.data_license and not re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", self.data_license):
            raise SettingsError(
                f"KEIKAKU_DATA_LICENSE: 「{self.data_license}」は IRI ではありません。https://creativecommons.org/licenses/by/4.0/ のように書いてください。"
            )
        for origin in self.allow_origins:
            scheme, separator, host = origin.partition("://")
            if origin != "*" and (scheme not in ("http", "https") or not separator or not host or "/" in host):
                raise SettingsError(
                    f"KEIKAKU_ALLOW_ORIGINS: 「{origin}」はオリジンではありません。"
                    "https://portal.example.lg.jp のように、スキームとホスト（必要ならポート）だけをコンマで区切って書いてください。"
                )


def parse_origins(text: str) -> tuple[str, ...]:
    """Split a comma-separated list of origins as it stands in ``KEIKAKU_ALLOW_ORIGINS``; a slash at the end of an origin is dropped."""
    return tuple(part.strip().rstrip("/") for part in text.split(",") if part.strip())
