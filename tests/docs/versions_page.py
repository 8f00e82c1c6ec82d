"""The tables of docs/versions.md, from the code and setup.py: `python -m tests.docs.versions_page` writes them anew."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from eks_ingress.controller.features import Feature
from eks_ingress.controller.gates import SINCE
from eks_ingress.controller.versions import CRDS_CHANGED_IN, ControllerVersion, Number
from eks_ingress.report.annotations import SECTIONS
from tests.docs.pages import ROOT

PAGE = ROOT / "docs" / "versions.md"
RELEASES = sorted(
    (value for value in vars(ControllerVersion).values() if isinstance(value, ControllerVersion)), key=lambda x: x.number
)


def written(page: str) -> str:
    """The page with the tables as they are now."""
    for name, made in TABLES.items():
        marks = f"<!-- table: {name} -->", f"<!-- end: {name} -->"
        before, rest = page.split(marks[0])
        _, after = rest.split(marks[1])
        page = f"{before}{marks[0]}\n{made()}\n{marks[1]}{after}"
    return page


def table(head: str, rows: Iterable[Iterable[str]]) -> str:
    """A table; the number of columns is that of its head."""
    return "\n".join([head, "|---" * (head.count("|") - 1) + "|", *(f"| {' | '.join(row)} |" for row in rows)])


def releases() -> str:
    """The releases of the controller."""
    return table("| `version=` | chart | tag of the image | what is new in it | custom resources |", _releases())


def libraries() -> str:
    """What the package runs with."""
    return table("| | takes | the lowest that is tested | the newest that is tested |", _libraries())


def _releases() -> Iterator[list[str]]:
    """The newest first, each with what came since the one before it."""
    for before, release in reversed(list(zip([None, *RELEASES], RELEASES, strict=False))):
        name = f"`ControllerVersion.V{release.controller.replace('.', '_')}`"
        changed = any(came_with(since, before, release) for since in CRDS_CHANGED_IN)
        new = news(before, release) if before else "all that is not in the rows above"
        yield [name, f"`{release.chart}`", f"`{release.image_tag}`", new, "changed" if changed and before else ""]


def came_with(since: str, before: ControllerVersion | None, release: ControllerVersion) -> bool:
    """Whether what is there since a release is in this one, and was not in the one before."""
    return release.has(since) and (before is None or not before.has(since))


def news(before: ControllerVersion, release: ControllerVersion) -> str:
    """Annotations, features and gates that came with a release."""
    named = [
        *(f"`{row.name}`" for rows in SECTIONS.values() for row in rows if came_with(row.since, before, release)),
        *(f"`Feature.{feature.name}`" for feature in Feature if came_with(feature.since, before, release)),
        *(f"gate `{gate}`" for gate, since in SINCE.items() if came_with(since, before, release)),
    ]
    return ", ".join(dict.fromkeys(named))


def _libraries() -> Iterator[list[str]]:
    """Python, and what the package depends on."""
    setup = (ROOT / "setup.py").read_text("utf-8")
    pythons = sorted(re.findall(r"Python :: (3\.\d+)", setup), key=lambda text: Number.of(f"{text}.0"))
    (takes,) = re.findall(r'python_requires="(.+)"', setup)
    yield ["Python", f"`{takes}`", pythons[0], pythons[-1]]
    (block,) = re.findall(r"install_requires=\[\n(.+?)\n    \]", setup, re.DOTALL)
    lowest, newest = pins("constraints-lowest.txt"), pins("constraints.txt")
    for name, wanted in re.findall(r'"([\w-]+)([<>=!].+?)",', block):
        yield [f"`{name}`", f"`{wanted}`", lowest.get(name, newest[name]), newest[name]]


def pins(file: str) -> dict[str, str]:
    """Version by package."""
    return dict(line.split("==") for line in (ROOT / file).read_text("utf-8").splitlines() if "==" in line)


TABLES = {"releases": releases, "libraries": libraries}

if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8")), "utf-8")
