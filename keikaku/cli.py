"""The command ``keikaku``."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from keikaku.arguments import build_parser
from keikaku.exit_codes import ExitCode
from ontology.errors import KeikakuError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the errors that are meant for people become one line on standard error."""
    from keikaku import commands

    try:
        arguments = build_parser(commands.COMMANDS).parse_args(argv)
        code = arguments.run(arguments)
        sys.stdout.flush()
    except KeikakuError as error:
        print(f"エラー: {error}", file=sys.stderr)
        return ExitCode.WRONG_USE
    except KeyboardInterrupt:
        print("中断しました", file=sys.stderr)
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # The reader (head, less) has seen enough. Standard output is pointed elsewhere or the interpreter would complain at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.DONE
    return code


if __name__ == "__main__":
    sys.exit(main())
