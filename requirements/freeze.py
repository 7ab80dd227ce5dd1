"""Write the versions of this environment that the project needs, and only those, as pip constraints: ``make lock``."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import Requirement

HEADER = """\
# The versions this release was tested with: constraints for pip, written by `make lock` from a working environment.
# What each package is for, its licence and what it pulls in: docs/dependencies.md
"""


def needed(roots: list[str]) -> dict[str, str]:
    """Name → version of ``roots`` and of all that they require here (markers and extras followed)."""
    found: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    queue = [(Requirement(root), "") for root in roots]
    while queue:
        requirement, parent_extra = queue.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": parent_extra}):
            continue
        name = re.sub(r"[-_.]+", "-", requirement.name).lower()
        for extra in ("", *sorted(requirement.extras)):
            if (name, extra) in seen:
                continue
            seen.add((name, extra))
            try:
                found[name] = version(requirement.name).split("+")[0]
            except PackageNotFoundError:
                sys.exit(f"{requirement.name} is required but not installed")
            queue += [(Requirement(line), extra) for line in requires(requirement.name) or []]
    return found


def main(pyproject: str, target: str) -> None:
    project = tomllib.loads(Path(pyproject).read_text(encoding="utf-8"))
    roots = project["project"]["dependencies"] + project["build-system"]["requires"]
    for group in project["project"]["optional-dependencies"].values():
        roots += group
    lines = [f"{name}=={number}" for name, number in sorted(needed(roots).items())]
    Path(target).write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
