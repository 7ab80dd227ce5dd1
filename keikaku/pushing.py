"""``keikaku push``: load the published snapshot into the SPARQL store that was set."""

from __future__ import annotations

from argparse import Namespace

from keikaku.exit_codes import ExitCode
from keikaku.progress import shown_progress
from keikaku.settings import resolve_settings
from ontology.errors import SettingsError


def run_push(arguments: Namespace) -> ExitCode:
    """Load everything, then say what is there now. Errors of the store name what to check."""
    from graph.remote_load import load_snapshot
    from graph.snapshot import Snapshot

    settings = resolve_settings(vars(arguments))
    store = settings.service.remote_store
    if store is None:
        raise SettingsError(
            "KEIKAKU_SPARQL_ENDPOINT を指定してください。読み込ませるストアの番地です（docs/sparql.md の「別のエンジンで答える」）"
        )
    snapshot = Snapshot.open(settings.data_dir)
    with shown_progress() as progress:
        loaded = load_snapshot(
            snapshot,
            store,
            progress=lambda name, done, total: progress(f"読み込み: {name}", done, total),
            by_update=arguments.update,
        )
    removed = f"、なくなったグラフ {loaded.deleted} 個を削除" if loaded.deleted else ""
    counts = f"グラフ {loaded.graphs} 個、三つ組 {loaded.triples} 件{removed}"
    print(f"{store.host} に {snapshot.build_id} を、{loaded.protocol} で読み込みました（{counts}）")
    return ExitCode.DONE
