"""The command line's grammar, in Japanese."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from importlib.metadata import version
from typing import Any, NoReturn

from ontology.errors import SettingsError

# argparse knows no Japanese: its sentences by pattern, so that the details stay.
_SENTENCES = (
    (r"the following arguments are required: (.*)", r"引数が足りません: \1"),
    (r"unrecognized arguments: (.*)", r"知らない引数です: \1"),
    (r"argument (\S+): invalid choice: '(.*?)' \(choose from (.*)\)", r"\1 に「\2」は使えません。使えるもの: \3"),
    (r"argument (\S+): expected one argument", r"\1 には値が一つ必要です"),
    (r"argument (\S+): expected at least one argument", r"\1 には値が必要です"),
    (r"argument (\S+): invalid (?:int|read_count) value: '(.*?)'", r"\1 に「\2」は使えません。1 以上の整数を指定してください"),
    (r"argument (\S+): not allowed with argument (\S+)", r"\1 は \2 と一緒に使えません"),
)


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that speaks Japanese and raises SettingsError instead of leaving the program."""

    def __init__(self, **options: Any) -> None:
        super().__init__(add_help=False, allow_abbrev=False, formatter_class=_Formatter, **options)
        self._positionals.title, self._optionals.title = "引数", "オプション"
        self.add_argument("-h", "--help", action="help", help="この説明を表示する")

    def error(self, message: str) -> NoReturn:
        for pattern, sentence in _SENTENCES:
            message = re.sub(
                f"^{pattern}$", lambda found, text=sentence: found.expand(text).replace("', '", "、").replace("'", ""), message
            )
        raise SettingsError(f"{message}（使い方: {self.prog} --help）")


class _Formatter(argparse.RawDescriptionHelpFormatter):
    def add_usage(self, usage: str | None, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "使い方: ")


def read_count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def build_parser(commands: dict[str, Callable[..., Any]]) -> Parser:
    """The grammar; ``commands`` maps each command's name to what runs it."""
    parser = Parser(prog="keikaku", description="自治体の計画書を読み、担当・指標・実施状況を、根拠の行とともに検索できるようにします。")
    parser.add_argument("--version", action="version", version=f"keikaku {version('keikaku')}", help="版を表示する")
    children = parser.add_subparsers(
        title="コマンド", dest="command", required=True, metavar="コマンド", parser_class=Parser, prog="keikaku"
    )

    def add(name: str, meaning: str, *, formats: tuple[str, ...] = ("table", "json", "csv")) -> Parser:
        child = children.add_parser(name, help=meaning, description=meaning)
        child.set_defaults(run=commands[name])
        child.add_argument("--data", dest="data_dir", metavar="DIR", help="データフォルダー（KEIKAKU_DATA、既定は data）")
        if formats:
            child.add_argument("--format", choices=formats, default=formats[0], help=f"出力の形式（既定は {formats[0]}）")
        return child

    ingest = add("ingest", "文書を読み、検査して、新しいスナップショットとして公開する", formats=())
    ingest.add_argument("paths", nargs="+", metavar="PATH", help="文書のファイル、または文書のあるフォルダー")
    ingest.add_argument("--only", action="store_true", help="以前に取り込んだ文書は外し、ここで指定した文書だけにする")
    ingest.add_argument("--keyword-only", action="store_true", help="意味の検索の索引を作らない（語句の検索だけになる。速い）")

    serve = add("serve", "検索の画面、API、SPARQL を開始する", formats=())
    serve.add_argument("--host", help="待ち受けるアドレス（KEIKAKU_HOST、既定は 127.0.0.1）")
    serve.add_argument("--port", help="待ち受けるポート番号（KEIKAKU_PORT、既定は 8000）")
    serve.add_argument("--workers", help="応答するプロセスの数（KEIKAKU_WORKERS、既定は 1）")

    search = add("search", "取組・事業を探す")
    search.add_argument("query", metavar="言葉", help="探したいこと（文のままでよい）")
    search.add_argument("--limit", type=read_count, default=10, metavar="N", help="表示する件数（既定は 10）")
    search.add_argument(
        "--mode", choices=("hybrid", "keyword", "semantic"), default="hybrid", help="語句と意味（既定）、語句だけ、意味だけ"
    )
    search.add_argument("--municipality", metavar="自治体", help="自治体の名称かコードで絞る")
    search.add_argument("--department", metavar="部署", help="担当の名称で絞る")
    search.add_argument("--fiscal-year", type=read_count, metavar="西暦", help="年度で絞る（令和６年度は 2024）")

    owners = add("owners", "その仕事をどの部署が担当しているかを、根拠の文とともに示す")
    owners.add_argument("query", metavar="言葉", help="仕事や話題")

    sparql = add("sparql", "SPARQL の問合せに答える")
    asked = sparql.add_mutually_exclusive_group(required=True)
    asked.add_argument("query", metavar="FILE", nargs="?", help="問合せのファイル。「-」なら標準入力")
    asked.add_argument("--examples", action="store_true", help="例の一覧を、分類ごとに示す")
    asked.add_argument("--example", metavar="名前", help="例の問合せに答える（名前は --examples の左の欄）")

    report = add("report", "各文書から何を読み取ったか、何が読み取れなかったかを示す", formats=("table", "json"))
    report.add_argument("--lines", action="store_true", help="読み取れなかった行を、理由とともに一つずつ示す")
    report.add_argument("--all", action="store_true", help="答えの見つからなかった問いを、一度だけのものも示す")

    export = add("export", "グラフを、全体または一つの自治体について書き出す", formats=())
    export.add_argument(
        "--format", choices=("nquads", "turtle", "jsonld", "csv", "xlsx", "stratml"), default="nquads", help="書き出す形式（既定は nquads）"
    )
    export.add_argument("--municipality", metavar="自治体", help="この自治体（名称かコード）のものだけ")
    export.add_argument("--plan", metavar="計画", help="stratml で書き出す計画の題名か IRI")
    export.add_argument("-o", "--output", metavar="FILE", help="書き出し先（既定は標準出力）")

    push = add("push", "公開中のグラフを、KEIKAKU_SPARQL_ENDPOINT のストアへ読み込ませる", formats=())
    push.add_argument("--update", action="store_true", help="Graph Store Protocol を使わず、SPARQL Update で書き込む")

    evaluation = add("eval", "採点つきの質問集で検索の質を測る")
    evaluation.add_argument("queries", nargs="+", metavar="QUERIES.json", help="質問と正解の一覧（docs/commands.md に形式）。いくつでも")
    evaluation.add_argument("--units", metavar="UNITS.json", help="正解の名前から IRI への対応（質問集に無いとき）")
    evaluation.add_argument(
        "--mode", choices=("all", "hybrid", "keyword", "semantic"), default="all", help="検索の仕方（既定は三つを並べる）"
    )

    backup = add("backup", "公開中のスナップショット、文書の写し、利用者のファイルを、一つのファイルに写す", formats=())
    backup.add_argument("-o", "--output", metavar="FILE", help="書き出し先（既定は keikaku-〈作成番号〉.tar.gz）")
    backup.add_argument("--force", action="store_true", help="同じ名前のファイルがあれば置き換える")

    restore = add("restore", "backup で作ったファイルを確かめ、データフォルダーに戻す", formats=())
    restore.add_argument("file", metavar="FILE", help="backup で作ったファイル")
    restore.add_argument("--force", action="store_true", help="データフォルダーが空でなくても、いまの内容を捨てて戻す")

    verify = add("verify", "公開中のスナップショット、またはバックアップが、作ったときのままかを確かめる", formats=())
    verify.add_argument("file", metavar="FILE", nargs="?", help="backup で作ったファイル（無ければ公開中のもの）")

    _add_synonyms(children, commands)

    model = children.add_parser("model", help="埋め込みモデルを扱う", description="埋め込みモデルを扱う")
    actions = model.add_subparsers(
        title="コマンド", dest="action", required=True, metavar="コマンド", parser_class=Parser, prog="keikaku model"
    )
    prepare = actions.add_parser(
        "prepare", help="モデルを一度だけ用意する", description="埋め込みモデルを一度だけ用意する（二度目からは何もしない）"
    )
    prepare.set_defaults(run=commands["model prepare"])
    carriers = actions.add_parser("carriers", help="モデルを運ぶパッケージの名前と版", description="モデルを運ぶパッケージの名前と版を示す")
    carriers.set_defaults(run=commands["model carriers"])
    return parser


def _add_synonyms(children: Any, commands: dict[str, Callable[..., Any]]) -> None:
    meaning = "答えの見つからなかった問いから、言い換えを提案し、確かめ、採り入れる"
    synonyms = children.add_parser("synonyms", help=meaning, description=meaning)
    actions = synonyms.add_subparsers(
        title="コマンド", dest="action", required=True, metavar="コマンド", parser_class=Parser, prog="keikaku synonyms"
    )

    def add(name: str, meaning: str) -> Parser:
        child = actions.add_parser(name, help=meaning, description=meaning)
        child.set_defaults(run=commands[f"synonyms {name}"])
        child.add_argument("--data", dest="data_dir", metavar="DIR", help="データフォルダー（KEIKAKU_DATA、既定は data）")
        return child

    propose = add("propose", "記録された問いから、人の言い方と計画の言葉の組を提案する")
    trial = add("try", "提案を採り入れたら何が変わるかを、採り入れる前に示す")
    accept = add("accept", "提案を、データフォルダーの thesaurus.ttl に書き足す")
    for child in (propose, trial):
        child.add_argument("--all", action="store_true", help="一度だけの問いも使う")
        child.add_argument("--format", choices=("table", "json"), default="table", help="出力の形式（既定は table）")
    trial.add_argument("--questions", metavar="QUERIES.json", help="採点つきの質問集（eval と同じ形）")
    trial.add_argument("--units", metavar="UNITS.json", help="正解の名前から IRI への対応（質問集に無いとき）")
    trial.add_argument("numbers", nargs="*", type=read_count, metavar="番号", help="提案の番号（既定はすべて）")
    accept.add_argument("numbers", nargs="+", type=read_count, metavar="番号", help="提案の番号")
