"""A document of a small plan, and what a command leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

PLAN = """墨田区みどりの計画

令和６年３月

計画期間　令和６年度から令和８年度まで

取組１：公園の樹木の点検
担当：公園課、環境政策課
目標：
　倒木による事故をなくします。
令和６年度の取組状況
・樹木医が公園の高木412本を点検した。（公園課）
令和７年度の取組予定
・街路樹の点検を始める。（道路管理課）

取組２：雨水タンクの設置の助成
担当：環境政策課
目標：
　雨水を庭の水やりに使う家を増やします。
令和６年度の取組状況
・雨水タンク35基の設置を助成した。
"""


@dataclass(frozen=True)
class Run:
    code: int
    out: str
    err: str


Keikaku = Callable[..., Run]
