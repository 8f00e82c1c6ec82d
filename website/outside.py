"""The files of the repository outside docs/ that the site has as pages: README, changelog, examples."""

from __future__ import annotations

import os
import posixpath
import re
from pathlib import Path

_LINK = re.compile(r"(\]\()([^)#\s:]+)((?:#[^)\s]*)?\))")
_PLACES = {"README.md": "index.md", "CHANGELOG.md": "changelog.md", "CONTRIBUTING.md": "contributing.md"}


def pages(root: Path) -> dict[str, str]:
    """Text by place in the site. The page of an example has its app below its README."""
    found = {}
    for path, place in places(root).items():
        text = (root / path).read_text("utf-8")
        found[place] = relinked(text, root, path, place)
        app = (root / path).with_name("app.py")
        if place.startswith("examples/") and app.exists():
            found[place] += f"\n## app.py\n\n```python\n{app.read_text('utf-8')}```\n"
    return found


def places(root: Path) -> dict[str, str]:
    """Where the site has each file outside docs/, by its path in the repository."""
    found = dict(_PLACES)
    for path in sorted(root.glob("examples/**/README.md")):
        name = path.parent.relative_to(root).as_posix()
        found[f"{name}/README.md"] = "examples/index.md" if name == "examples" else f"{name}.md"
    return found


def relinked(text: str, root: Path, path: str, place: str) -> str:
    """A page with the links that it has in the repository, led to where the site has their targets.

    :param path: the page in the repository.
    :param place: the page in the site.
    """
    known = places(root)

    def link(found: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), found[2]))
        if (root / target).is_dir():
            target = f"{target}/README.md"
        elif target.startswith("examples/") and target.endswith("/app.py"):
            target = target.replace("/app.py", "/README.md")
        there = known.get(target) or (target.removeprefix("docs/") if target.startswith("docs/") else None)
        if there is None:
            return found[0]
        return f"{found[1]}{os.path.relpath(there, posixpath.dirname(place) or '.')}{found[3]}"

    return _LINK.sub(link, text)
