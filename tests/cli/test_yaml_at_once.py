"""PyYAML as the command line loads it reads what it always reads."""

from __future__ import annotations

import json
import subprocess
import sys

TEXTS = [
    "a: 1",
    "b: 2020-01-01",
    "c: [1.5, 0x1F, yes, ~, '2']",
    'd: "\\x07"',
    "e: \x07",
    "f: caf\u00e9 \U0001f600",
    "g: {<<: {a: 1}, b: 2}",
]
READ = """
import json, re, sys
compile_now = re.compile
if sys.argv[1] == "at once":
    from eks_ingress.cli import yaml_at_once
    yaml_at_once.load()
import yaml
assert re.compile is compile_now
def read(text, loader):
    try:
        return repr(yaml.load(text, loader))
    except yaml.YAMLError as error:
        return repr(error)
texts = json.loads(sys.argv[2])
print(json.dumps([[read(text, loader) for text in texts] for loader in (yaml.SafeLoader, yaml.FullLoader)]))
print(type(yaml.reader.Reader.NON_PRINTABLE).__name__)
"""


def read(how: str) -> list[str]:
    """What comes of the texts, and of which kind the expression of the reader is."""
    done = subprocess.run([sys.executable, "-c", READ, how, json.dumps(TEXTS)], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_it_reads_the_same() -> None:
    (quick, kind), (usual, usual_kind) = read("at once"), read("as usual")
    assert quick == usual
    assert "ReaderError" in quick
    assert (kind, usual_kind) == ("_Later", "Pattern")


def test_what_is_there_already_stays() -> None:
    code = (
        "import yaml; from eks_ingress.cli import yaml_at_once; yaml_at_once.load(); print(type(yaml.reader.Reader.NON_PRINTABLE))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "<class 're.Pattern'>\n"
