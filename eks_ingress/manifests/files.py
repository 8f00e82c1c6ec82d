"""The manifests in files, folders and standard input, each with the lines that it came from, and what could not be read."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

from eks_ingress.manifests.manifest import Manifest, Pointer
from eks_ingress.manifests.objects import leave_out_nulls, objects
from eks_ingress.manifests.yaml_builder import Document
from eks_ingress.manifests.yaml_text import documents
from eks_ingress.refusal import Problem
from eks_ingress.source import Source, shown

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 32 * 2**20
"""How many bytes a file may have."""
STANDARD_INPUT = "-"

_SUFFIXES = (".yaml", ".yml", ".json")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class Found(NamedTuple):
    """What was read."""

    manifests: tuple[Manifest, ...]
    """In the order in which they were given; those of a folder by name."""
    problems: tuple[Problem, ...]
    """What could not be read, each with its file and, but for whole files, its line."""


def read_manifests(paths: Sequence[str | Path], stdin: TextIO | None = None) -> Found:
    """Reads files, folders with all that is below them (`.yaml`, `.yml`, `.json`, nothing hidden), and `-` for standard input.

    A file that is named twice is read once. Lists are taken apart. A field without a value is left out, as Kubernetes does.
    """
    manifests: list[Manifest] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for path in paths:
        for file in _files(os.fspath(path)):
            if isinstance(file, Problem):
                problems.append(file)
                continue
            if (identity := _identity(file)) in seen:
                continue
            seen.add(identity)
            for read in _read(file, stdin):
                if isinstance(read, Problem):
                    problems.append(read)
                else:
                    manifests.append(read)
    return Found(tuple(manifests), tuple(problems))


def _identity(file: str) -> str:
    """The same for all names of a file."""
    try:
        return file if file == STANDARD_INPUT else os.path.realpath(file)
    except ValueError:  # a name that no file can have
        return file


def _files(path: str) -> Iterator[str | Problem]:
    """The file itself, or the files in a folder."""
    if path == STANDARD_INPUT or not os.path.isdir(path):
        yield path
        return
    found = 0
    unreadable: list[OSError] = []
    for folder, folders, names in os.walk(path, onerror=unreadable.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = os.path.join(folder, name)
            if name.endswith(_SUFFIXES) and not name.startswith(".") and os.path.isfile(file):
                found += 1
                yield file
    for error in unreadable:
        yield _unreadable(str(error.filename), error)
    if not found and not unreadable:
        reason = f"has no file that ends in {', '.join(_SUFFIXES)}."
        yield Problem(reason, "Name a folder with manifests, or the files themselves.", Source(file=_shown(path)))


def _read(path: str, stdin: TextIO | None) -> Iterator[Manifest | Problem]:
    file = "<stdin>" if path == STANDARD_INPUT else _shown(path)
    try:
        data = _bytes(path, stdin)
    except (OSError, ValueError) as error:
        yield _unreadable(path, error)
        return
    if len(data) > LARGEST:
        reason = f"has more than {LARGEST // 2**20} MiB."
        yield Problem(reason, "Part it into several files, and name those that hold manifests.", Source(file=file))
        return
    text = _text(data, file)
    if isinstance(text, Problem):
        yield text
        return
    for document in documents(text, file):
        if isinstance(document, Problem):
            yield document
        else:
            yield from _objects(document, file)


def _bytes(path: str, stdin: TextIO | None) -> bytes:
    """What a file holds, and one byte more than is allowed where it holds more."""
    if path != STANDARD_INPUT:
        with open(path, "rb") as file:
            return file.read(LARGEST + 1)
    if stdin is None:
        raise ValueError("there is no standard input")
    if hasattr(stdin, "buffer"):
        data: bytes = stdin.buffer.read(LARGEST + 1)
        return data
    return stdin.read(LARGEST + 1).encode("utf-8", "surrogatepass")


def _text(data: bytes, file: str) -> str | Problem:
    """The text of a file, whose encoding its first bytes may say."""
    encoding = "utf-16" if data.startswith(_UTF_16) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        source = Source(file=file, line=data.count(b"\n", 0, error.start) + 1)
        return Problem("is no text in UTF-8.", "Name the files that hold manifests, and save them as UTF-8.", source)
    if "\0" in text:
        source = Source(file=file, line=text.count("\n", 0, text.index("\0")) + 1)
        return Problem("is no text, but binary.", "Name the files that hold manifests.", source)
    return text


def _unreadable(path: str, error: OSError | ValueError) -> Problem:
    reason = (isinstance(error, OSError) and error.strerror) or str(error)
    remedy = "Check the name." if isinstance(error, FileNotFoundError) else "Check what it is, and who may read it."
    return Problem(f"cannot be read: {reason}.", remedy, Source(file="<stdin>" if path == STANDARD_INPUT else _shown(path)))


def _shown(path: str) -> str:
    """A path as messages show it: relative to the working directory where it lies below it."""
    absolute = os.path.abspath(path)
    below = shown(absolute)
    return (path if below == absolute else below).encode("utf-8", "backslashreplace").decode()


def _objects(document: Document, file: str) -> Iterator[Manifest | Problem]:
    """The objects of a document."""
    if document.value is None:
        return
    if document.has_nulls:
        leave_out_nulls(document.value)

    def place(part: Any, at: str | int | None = None) -> Source:
        return Source(file=file, line=document.line_of(part, at))

    for found in objects(document.value, Source(file=file, line=document.line), place):
        yield found if isinstance(found, Problem) else Manifest(found.body, found.source, _parts(document, found.body, file))


def _parts(document: Document, body: Mapping[str, Any], file: str) -> dict[Pointer, Source]:
    """The lines of the parts of an object that messages are about."""
    parts: dict[Pointer, Source] = {}

    def add(*pointer: str | int) -> Any:
        """Notes what a mapping or a list holds, and returns it; something empty if there is none."""
        part: Any = body
        for step in pointer:
            part = _below(part, step)
        if not isinstance(part, dict | list):
            return ()
        for at in part if isinstance(part, dict) else range(len(part)):
            place: Pointer = (*pointer, at)
            parts[place] = Source(file=file, line=document.line_of(part, at))
        return part

    add("metadata")
    add("metadata", "annotations")
    if body["kind"] in ("Ingress", "IngressClass", "IngressClassParams", "TargetGroupBinding", "Service"):
        add("spec")
    if body["kind"] == "Ingress":
        for at, _ in enumerate(add("spec", "rules")):
            add("spec", "rules", at, "http", "paths")
        add("spec", "tls")
    if body["kind"] == "Service":
        add("spec", "ports")
    if body["kind"] == "TargetGroupBinding":
        add("spec", "networking", "ingress")
    return parts


def _below(part: Any, step: str | int) -> Any:
    """A part of a mapping or a list, None where there is none."""
    if isinstance(part, list):
        return part[step] if isinstance(step, int) else None
    return part.get(step) if isinstance(part, dict) else None
