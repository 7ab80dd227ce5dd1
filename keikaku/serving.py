"""Start the HTTP service: one process, or several that share a socket."""

from __future__ import annotations

import os
import socket
from contextlib import closing, suppress

from graph.snapshot import Snapshot
from keikaku.settings import SETTINGS, Settings, resolve_settings
from ontology.errors import SettingsError

_EVERY_ADDRESS = {"0.0.0.0", "::", "127.0.0.1", "::1"}


def serve(settings: Settings) -> None:
    """Answer until interrupted. Raises SettingsError where the address cannot be used, SnapshotError where there is nothing to serve."""
    import uvicorn

    # Only these may say, by X-Forwarded-For, whose request it is: limits count by address.
    options = {"log_level": "warning", "server_header": False, "forwarded_allow_ips": settings.service.trusted_proxies}
    shown = "localhost" if settings.host in _EVERY_ADDRESS else settings.host
    with closing(_listen(settings.host, settings.port)) as listener, suppress(KeyboardInterrupt):
        # What is missing is told by create_service or Snapshot.open, before the address is.
        ready = f"http://{shown}:{settings.port}/ で検索できます（終わるには Ctrl+C）"
        if settings.workers == 1:
            server = uvicorn.Server(uvicorn.Config(create_service(settings), **options))
            print(ready, flush=True)
            server.run(sockets=[listener])
        else:
            Snapshot.open(settings.data_dir)
            print(ready, flush=True)
            listener.close()  # the processes share one of their own
            os.environ.update(_as_environment(settings))
            factory = "keikaku.serving:create_service_from_environment"
            options["http"] = "keikaku.prompt_protocol:PromptProtocol"
            uvicorn.run(factory, factory=True, host=settings.host, port=settings.port, workers=settings.workers, **options)


def create_service(settings: Settings):
    """The ASGI application over the current snapshot."""
    from search_api.app import create_app

    return create_app(settings.data_dir, settings.service)


def create_service_from_environment():
    """The same, in a worker process."""
    return create_service(resolve_settings())


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.socket(family, kind, protocol)
    except socket.gaierror as error:
        raise SettingsError(f"--host: 「{host}」というアドレスはこの機械にありません。127.0.0.1 か 0.0.0.0 を指定してください") from error
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
    except PermissionError as error:
        listener.close()
        raise SettingsError(f"ポート {port} を使う権限がありません。--port 8000 のように 1024 以上の番号を指定してください") from error
    except OSError as error:
        listener.close()
        free = f"--port {port + 1 if port < 65535 else 8000} のように別の番号を指定してください"
        raise SettingsError(f"{host} のポート {port} は使えません（ほかのプログラムが使用中か、このアドレスが無い）。{free}") from error
    return listener


def _as_environment(settings: Settings) -> dict[str, str]:
    """The variables from which a worker process gets the same settings."""
    values = {
        "data_dir": str(settings.data_dir.resolve()),
        "base_iri": settings.base_iri,
        "query_timeout": f"{settings.service.query_timeout:g}",
        "query_workers": str(settings.service.query_workers),
        "graph_in_memory": "on" if settings.service.graph_in_memory else "off",
        "query_rows": str(settings.service.query_rows),
        "client_queries": str(settings.service.client_queries),
        "client_queries_per_minute": str(settings.service.client_queries_per_minute),
        "exempt_loopback": "on" if settings.service.exempt_loopback else "off",
        "trusted_proxies": settings.service.trusted_proxies,
        "query_log": "on" if settings.service.query_log else "off",
        "data_license": settings.service.data_license,
        "allow_origins": ",".join(settings.service.allow_origins),
    }
    return {setting.variable: values[setting.field] for setting in SETTINGS if setting.field in values}
