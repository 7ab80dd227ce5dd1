"""``keikaku backup``, ``restore`` and ``verify``."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from keikaku.exit_codes import ExitCode
from keikaku.os_errors import describe_os_error
from keikaku.settings import resolve_settings
from ontology.errors import SettingsError, SnapshotError

if TYPE_CHECKING:
    from keikaku.backup import Backup


def run_backup(arguments: Namespace) -> ExitCode:
    """Write one file with all that cannot be computed again."""
    from graph.snapshot import Snapshot
    from keikaku.backup import write_backup

    data_dir = resolve_settings(vars(arguments)).data_dir
    target = Path(arguments.output or f"keikaku-{Snapshot.open(data_dir).build_id}.tar.gz")
    if target.exists() and not arguments.force:
        raise SettingsError(f"{target}: 同じ名前のものが既にあります。-o で別の名前を指定するか、--force を付けてください")
    try:
        backup = write_backup(data_dir, target)
        size = target.stat().st_size
    except OSError as error:
        raise SettingsError(f"{error.filename or target}: 書き込めません（{describe_os_error(error)}）") from error
    print(f"{target}: {_tell(backup)}を書きました（{_megabytes(size)}）")
    return ExitCode.DONE


def run_restore(arguments: Namespace) -> ExitCode:
    """Make a data folder of a backup; with ``--force`` in place of what it holds."""
    from keikaku.backup import restore_backup

    data_dir, source = resolve_settings(vars(arguments)).data_dir, _existing(arguments.file)
    try:
        backup = restore_backup(source, data_dir, replace=arguments.force)
    except OSError as error:
        raise SettingsError(f"{error.filename or data_dir}: 書き込めません（{describe_os_error(error)}）") from error
    print(f"{data_dir}: {_tell(backup)}を戻しました（基底 IRI は {backup.base_iri}）")
    return ExitCode.DONE


def run_verify(arguments: Namespace) -> ExitCode:
    """Compare the published snapshot, or a backup, with what was written."""
    if arguments.file is not None:
        from keikaku.backup import check_backup

        print(f"{arguments.file}: 異常ありません（{_tell(check_backup(_existing(arguments.file)))}）")
        return ExitCode.DONE
    from graph.snapshot import Snapshot
    from keikaku.verification import find_faults

    data_dir = resolve_settings(vars(arguments)).data_dir
    snapshot = Snapshot.open(data_dir)
    faults = find_faults(snapshot, data_dir)
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        raise SnapshotError(f"{snapshot.path}: 異常が {len(faults)} 件あります。取り込みをやり直すか、バックアップから戻してください")
    documents = len(snapshot.manifest["documents"])
    print(f"{snapshot.path}: 異常ありません（ファイル {len(snapshot.manifest['files'])} 個、文書 {documents} 件とその引用、索引とモデル）")
    return ExitCode.DONE


def _existing(name: str) -> Path:
    path = Path(name)
    if not path.is_file():
        raise SettingsError(f"{name}: 開けません（{'フォルダーです' if path.is_dir() else 'その場所にありません'}）")
    return path


def _tell(backup: Backup) -> str:
    return f"スナップショット {backup.build_id}（文書 {backup.documents} 件、ファイル {backup.files} 個、{_megabytes(backup.size)}）"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
