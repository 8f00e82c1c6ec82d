"""The answers of the judge to the cases, as they are kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tests.conformance.cases import Case, load

FOLDER = Path(__file__).parent / "recorded"


def asked(case: Case) -> dict[str, Any]:
    """A case as the judge is asked."""
    return {"id": case.name, "objects": case.objects, "controller": case.controller, "facts": case.facts}


@cache
def answers() -> dict[str, dict[str, Any]]:
    """The recorded answers by the name of their case."""
    lines = (line for file in sorted(FOLDER.glob("*.jsonl")) for line in file.read_text("utf-8").splitlines())
    return {answer["id"]: answer for answer in map(json.loads, lines)}


def write(cases: Iterable[Case], found: Iterable[dict[str, Any]]) -> None:
    """Keeps the answers, those of each file of cases in a file of its own."""
    lines: dict[str, list[str]] = {}
    for case, answer in zip(cases, found, strict=True):
        lines.setdefault(Path(case.file).stem, []).append(json.dumps(answer, sort_keys=True, ensure_ascii=False))
    FOLDER.mkdir(exist_ok=True)
    for file in FOLDER.glob("*.jsonl"):
        file.unlink()
    for name, of_file in lines.items():
        (FOLDER / f"{name}.jsonl").write_text("\n".join(of_file) + "\n", "utf-8")


def pairs() -> Iterator[tuple[Case, dict[str, Any]]]:
    """Each case with its recorded answer."""
    kept = answers()
    return ((case, kept[case.name]) for case in load())
