"""What can be set, in one table: arguments win over ``KEIKAKU_*`` variables, which win over defaults."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from graph.engine_http import RemoteStore
from ontology.errors import SettingsError
from search_api.settings import QUERY_LOG, ServiceSettings, parse_origins


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its field in ``Settings``, its variable, its default as one would write it, how it is read, what it is for."""

    field: str
    variable: str
    default: str
    read: Callable[[str], Any]
    meaning: str


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one run. ``base_iri`` ends with a slash; ``labels_file`` adds words to ``ingest/labels.toml``."""

    data_dir: Path
    base_iri: str
    host: str
    port: int
    workers: int
    labels_file: Path | None
    service: ServiceSettings


def _read_count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError("1 以上の整数を指定してください")
    return number


def _read_port(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 65535:
        raise ValueError("1 から 65535 までの整数を指定してください")
    return number


def _read_seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= 3600:
        raise ValueError("0 より大きく 3600 以下の秒数を指定してください")
    return seconds


def _read_base_iri(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment or any(c in text for c in ' <>"{}|\\^`'):
        raise ValueError("http://keikaku.example.lg.jp/ のような、http または https のアドレスを指定してください")
    return text if text.endswith("/") else text + "/"


def _read_store_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.username is not None or parts.password is not None:
        # Not as a ValueError: what was typed would be shown, and it holds a password.
        raise SettingsError(
            "ストアの番地に利用者と合言葉は書けません。KEIKAKU_SPARQL_USER と KEIKAKU_SPARQL_PASSWORD に分けて指定してください"
        )
    if text and (parts.scheme not in ("http", "https") or not parts.hostname or any(c in text for c in ' <>"{}|\\^`')):
        raise ValueError("https://store.example.lg.jp/sparql のような、http または https の番地を指定してください")
    return text


def _read_optional_path(text: str) -> Path | None:
    return Path(text) if text else None


def _read_switch(text: str) -> bool:
    if text not in ("on", "off"):
        raise ValueError("on か off を指定してください")
    return text == "on"


def _read_proxies(text: str) -> str:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    for part in parts:
        try:
            ipaddress.ip_network(part)
        except ValueError as error:
            raise ValueError("10.0.0.5 や 10.0.0.0/24 のような、アドレスか網をコンマで区切って指定してください") from error
    return ",".join(parts)


def _read_host(text: str) -> str:
    if not text or any(c in text for c in " /"):
        raise ValueError("127.0.0.1 のような、アドレスまたはホスト名を指定してください")
    return text


SETTINGS = (
    Setting("data_dir", "KEIKAKU_DATA", "data", Path, "データフォルダー"),
    Setting(
        "base_iri", "KEIKAKU_BASE_IRI", "http://localhost:8000/", _read_base_iri, "IRI の先頭。取り込むときに決まり、あとから変わらない"
    ),
    Setting("labels_file", "KEIKAKU_LABELS", "", _read_optional_path, "見出し語を足す TOML ファイル（形は ingest/labels.toml と同じ）"),
    Setting("host", "KEIKAKU_HOST", "127.0.0.1", _read_host, "待ち受けるアドレス。庁内に公開するときは 0.0.0.0"),
    Setting("port", "KEIKAKU_PORT", "8000", _read_port, "待ち受けるポート番号"),
    Setting("workers", "KEIKAKU_WORKERS", "1", _read_count, "応答するプロセスの数"),
    Setting("query_timeout", "KEIKAKU_QUERY_TIMEOUT", "30", _read_seconds, "SPARQL の一つの問合せに許す秒数"),
    Setting("query_workers", "KEIKAKU_QUERY_WORKERS", "3", _read_count, "SPARQL に答えるプロセスの数。一人の利用者は、一つを除いて使える"),
    Setting(
        "graph_in_memory",
        "KEIKAKU_GRAPH_IN_MEMORY",
        "on",
        _read_switch,
        "SPARQL に、メモリーに載せたグラフで答えるか（on か off）。載せるメモリーの無い機械では、on でもディスクから答える",
    ),
    Setting("query_rows", "KEIKAKU_QUERY_ROWS", "1000000", _read_count, "SELECT の答えの行数の上限"),
    Setting("client_queries", "KEIKAKU_CLIENT_QUERIES", "8", _read_count, "一人の利用者（アドレス）が同時に送れる SPARQL の問合せの数"),
    Setting(
        "client_queries_per_minute",
        "KEIKAKU_CLIENT_QUERIES_PER_MINUTE",
        "3000",
        _read_count,
        "一人の利用者が 1 分に送れる SPARQL の問合せの数",
    ),
    Setting("exempt_loopback", "KEIKAKU_EXEMPT_LOOPBACK", "off", _read_switch, "この機械自身からの問合せを数えないか（on か off）"),
    Setting(
        "trusted_proxies",
        "KEIKAKU_TRUSTED_PROXIES",
        "",
        _read_proxies,
        "X-Forwarded-For と X-Forwarded-Proto を信じてよい中継サーバー（コンマ区切りのアドレスか網）",
    ),
    Setting(
        "allow_origins",
        "KEIKAKU_ALLOW_ORIGINS",
        "",
        parse_origins,
        "検索窓の埋め込みを許す庁内ページのオリジン（コンマ区切り、* はすべて）",
    ),
    Setting("sparql_endpoint", "KEIKAKU_SPARQL_ENDPOINT", "", _read_store_address, "SPARQL に内蔵のエンジンの代わりに答えるストアの番地"),
    Setting(
        "sparql_graph_store", "KEIKAKU_SPARQL_GRAPH_STORE", "", _read_store_address, "そのストアの、グラフを書き込む番地（keikaku push）"
    ),
    Setting(
        "sparql_update",
        "KEIKAKU_SPARQL_UPDATE",
        "",
        _read_store_address,
        "そのストアの、SPARQL Update を受ける番地。空なら問合せの番地（keikaku push）",
    ),
    Setting("sparql_user", "KEIKAKU_SPARQL_USER", "", str, "そのストアの利用者（Basic か Digest）"),
    Setting("sparql_password", "KEIKAKU_SPARQL_PASSWORD", "", str, "その合言葉"),
    Setting("data_license", "KEIKAKU_DATA_LICENSE", "", str.strip, "データの利用条件の IRI。データセットの記述に載せる"),
    Setting(
        "query_log", "KEIKAKU_QUERY_LOG", "on", _read_switch, "答えの見つからなかった問いを、誰の問いか分からない形で数えるか（on か off）"
    ),
)
_SERVICE_FIELDS = (
    "data_license",
    "allow_origins",
    "query_timeout",
    "query_workers",
    "graph_in_memory",
    "query_rows",
    "client_queries",
    "client_queries_per_minute",
    "exempt_loopback",
    "trusted_proxies",
)


def resolve_settings(arguments: Mapping[str, str | None] | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings that hold. ``arguments`` maps field names to what was typed, None or absent where nothing was.

    Raises SettingsError that names the argument or variable and says what would be right.
    """
    arguments = arguments or {}
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        typed, variable = arguments.get(setting.field), environ.get(setting.variable)
        if typed is not None:
            origin, text = f"--{setting.field.removesuffix('_dir').replace('_', '-')}", typed
        elif variable:
            origin, text = setting.variable, variable
        else:
            origin, text = setting.variable, setting.default
        try:
            values[setting.field] = setting.read(text)
        except ValueError as error:
            reason = "数を指定してください" if str(error).startswith(("invalid literal", "could not convert")) else str(error)
            raise SettingsError(f"{origin}: 「{text}」は使えません。{reason}") from error
    query_log = values["data_dir"] / QUERY_LOG if values.pop("query_log") else None
    remote = RemoteStore(*(values.pop(f"sparql_{name}") for name in ("endpoint", "graph_store", "user", "password", "update")))
    remote_store = remote if remote.endpoint else None
    service = ServiceSettings(query_log=query_log, remote_store=remote_store, **{name: values.pop(name) for name in _SERVICE_FIELDS})
    return Settings(service=service, **values)
