"""What the operating system says when a file cannot be used, in Japanese."""

from __future__ import annotations

import errno

_MEANINGS = {
    errno.ENOENT: "その場所にありません",
    errno.EEXIST: "同じ名前のものが既にあります",
    errno.EISDIR: "フォルダーです",
    errno.ENOTDIR: "途中がフォルダーではありません",
    errno.EACCES: "権限がありません",
    errno.EPERM: "許可されていません",
    errno.ENOSPC: "空き容量がありません",
    errno.EROFS: "書き込めない場所です",
}


def describe_os_error(error: OSError) -> str:
    """The reason alone, without the file name; the system's own words where it is a rare one."""
    return _MEANINGS.get(error.errno or 0, error.strerror or str(error))
