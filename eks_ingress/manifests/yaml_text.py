"""YAML and JSON as Kubernetes reads them, with the line of everything, whatever the text is.

Facts: kubectl, which parts a text at the lines that begin with `---` and reads each document by itself, and takes a text that
begins with `{` as a stream of JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml

from eks_ingress.manifests.yaml_builder import MOST_VALUES, QUOTES, Budget, Builder, Document, Mistake
from eks_ingress.refusal import Problem
from eks_ingress.source import Source

MOST_DOCUMENTS = 50_000
"""How many documents a text may have."""
MOST_PROBLEMS = 100
"""After how many problems the rest of a text is not read."""

_SEPARATOR = re.compile(r"^---(?=[ \t\r\n]|\Z)([^\n]*)", re.MULTILINE)
_UNPRINTABLE = "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
_UNPRINTABLE_ASCII = "[^\t\n\r\x20-\x7e]"
"""The same among the characters that most texts are of; the other takes long to compile."""
_TEMPLATE = re.compile(r"(?:^|[-:] )[ \t]*\{\{", re.MULTILINE)
_SPACE = re.compile(r"\s*")
_ESCAPED_PAIR = re.compile(r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_QUOTED_OR_TAB = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|\t', re.DOTALL)


def documents(text: str, file: str | None = None) -> Iterator[Document | Problem]:
    """The documents of a text but for empty ones, and in place of one that cannot be read what is wrong with it."""
    budget = Budget()
    mistakes = 0
    for number, chunk in enumerate(_chunks(text)):
        if number == MOST_DOCUMENTS:
            reason = f"has more than {MOST_DOCUMENTS:,} documents; the rest is not read."
            yield Problem(reason, "Part it into several files.", Source(file=file, line=chunk.line))
            return
        for read in _read(chunk, budget):
            if isinstance(read, Document):
                yield read
                continue
            mistakes += 1
            source = Source(file=file, line=read.line)
            if mistakes > MOST_PROBLEMS:
                yield Problem(f"has more than {MOST_PROBLEMS} mistakes; the rest is not read.", "Correct the others first.", source)
                return
            yield Problem(read.reason, read.remedy, source)
        if budget.values > MOST_VALUES:
            return


class _Chunk(NamedTuple):
    """The text of one document."""

    text: str
    line: int = 1
    """The line where it begins."""
    behind: str = ""
    """What stands on the line of the '---' before it."""

    def line_at(self, offset: int) -> int:
        return self.line + self.text.count("\n", 0, offset)


def _chunks(text: str) -> Iterator[_Chunk]:
    if text.lstrip().startswith("{") and (objects := _json_objects(text)) is not None:
        yield from objects
        return
    begin, line, behind = 0, 1, ""
    for separator in _SEPARATOR.finditer(text):
        yield _Chunk(text[begin : separator.start()], line, behind)
        line += text.count("\n", begin, separator.start())
        begin, behind = separator.end(), separator[1].strip()
    yield _Chunk(text[begin:], line, behind)


def _json_objects(text: str) -> list[_Chunk] | None:
    """The objects of a stream of JSON, each as YAML; None if the text is no such stream."""
    decoder = json.JSONDecoder(strict=False)
    objects: list[_Chunk] = []
    end, line = 0, 1
    try:
        while len(objects) <= MOST_DOCUMENTS:
            begin = _end_of_space(text, end)
            line += text.count("\n", end, begin)
            if begin == len(text):
                return objects
            end = decoder.raw_decode(text, begin)[1]
            objects.append(_Chunk(_as_yaml(text[begin:end]), line))
            line += text.count("\n", begin, end)
    except (ValueError, RecursionError):
        return None
    return objects


def _end_of_space(text: str, begin: int) -> int:
    space = _SPACE.match(text, begin)
    return begin if space is None else space.end()


def _as_yaml(text: str) -> str:
    """JSON without what YAML does not have: escapes of half a character, and tabs between values."""
    if "\\u" in text:
        text = _ESCAPED_PAIR.sub(lambda pair: pair[0] if pair[0] == "\\\\" else json.loads(f'"{pair[0]}"'), text)
    return _QUOTED_OR_TAB.sub(lambda found: " " if found[0] == "\t" else found[0], text) if "\t" in text else text


def _read(chunk: _Chunk, budget: Budget) -> Iterator[Document | Mistake]:
    """The document in a text, or what is wrong with it."""
    if chunk.behind and not chunk.behind.startswith("#"):
        reason = "has text behind '---', where Kubernetes takes nothing but a comment."
        yield Mistake(chunk.line, reason, "Begin the document on the next line.")
        return
    if all(not line or line.isspace() or line.lstrip().startswith("#") for line in chunk.text.split("\n")):
        return
    builder = Builder(chunk.line, budget)
    document = None
    try:
        _require_printable(chunk)
        document = builder.build(_parser(chunk.text))
    except Mistake as mistake:
        builder.mistakes.append(mistake)
    except yaml.MarkedYAMLError as error:
        builder.mistakes.append(_explained(error, chunk))
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # escapes of characters that there are not, and the like
        builder.mistakes.append(Mistake(chunk.line, f"cannot be read: {error}.", "Correct it."))
    if builder.mistakes and "}}" in chunk.text and (template := _TEMPLATE.search(chunk.text)) is not None:
        reason = "looks like a Helm template, which is no YAML before it is rendered."
        yield Mistake(chunk.line_at(template.end()), reason, "Render it first (`helm template`), and give what comes out.")
    elif builder.mistakes:
        yield from builder.mistakes
    elif document is not None:
        yield document


def _require_printable(chunk: _Chunk) -> None:
    if (odd := re.search(_UNPRINTABLE_ASCII if chunk.text.isascii() else _UNPRINTABLE, chunk.text)) is not None:
        reason = f"has the character U+{ord(odd[0]):04X}, which YAML does not take."
        raise Mistake(chunk.line_at(odd.start()), reason, "Remove it, or write it as an escape in double quotes.")


def _parser(text: str) -> Any:
    """What turns a text into events: libyaml where PyYAML was built with it."""
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)


def _explained(error: Any, chunk: _Chunk) -> Mistake:
    """A parser's error in words for those who wrote the text."""
    mark, opened = error.problem_mark or error.context_mark, error.context_mark
    problem, context = str(error.problem), str(error.context or "")
    lines = chunk.text.split("\n")
    char = lines[mark.line][mark.column : mark.column + 1] if mark.line < len(lines) else ""
    line = chunk.line + mark.line
    if char == "\t" or "tab character" in problem:
        return Mistake(line, "has a tab where YAML takes spaces only.", "Indent with spaces.")
    if "an alias" in context or "an anchor" in context:
        sign = "*" if "an alias" in context else "&"
        return Mistake(line, f"has a text that begins with '{sign}', which YAML takes as a reference.", QUOTES)
    if "mapping values are not allowed" in problem:
        reason = "has a ': ' inside of a text, or a line that is indented too far."
        return Mistake(line, reason, "Put the text in quotes, or correct the line.")
    if "<document start>" in problem:
        reason = "has something behind the end of a document, or a directive ('%'), which Kubernetes does not read."
        return Mistake(line, reason, "Part documents by a line with '---', and leave out lines that begin with '%' or '...'.")
    if "cannot start any token" in problem and char:
        return Mistake(line, f"has a text that begins with {char!r}, which YAML does not take.", QUOTES)
    if opened is None or not context:
        return Mistake(line, f"is no YAML: {problem}.", "Correct the indentation, brackets or quotes here, or just above.")
    begin = chunk.line + opened.line
    if "quoted scalar" in context and "end of stream" in problem:
        return Mistake(begin, "has quotes that are not closed.", "Close them; within '…' write '' for a '.")
    reason = f"is no YAML: {problem}, {context} that begins on line {begin}."
    return Mistake(line, reason, "Correct the indentation, brackets or quotes here, or just above.")
