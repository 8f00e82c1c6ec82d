"""Programs that a Lambda function runs, which say what they are told to, and CloudFormation, which hears how it ended."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import TCPServer
from threading import Thread
from types import SimpleNamespace
from typing import Any

_PROGRAM = """#!{python} -SEs
import json, pathlib, sys
folder = pathlib.Path({folder!r})
words = [pathlib.Path(sys.argv[0]).name, *sys.argv[1:]]
read = sys.stdin.read() if "-" in words or "--password-stdin" in words else ""
with open(folder / "calls", "a") as calls:
    calls.write(json.dumps([words, read]) + "\\n")
answers = json.loads((folder / "answers").read_text())
line = " ".join(words)
for start, said in answers.items():
    if line.startswith(start):
        first = said.pop(0) if len(said) > 1 else said[0]
        (folder / "answers").write_text(json.dumps(answers))
        if start == "aws s3 cp":
            pathlib.Path(words[4]).write_bytes(bytes.fromhex(first))
            first = ""
        if first.startswith("Error"):
            sys.exit(first)
        print(first, end="")
"""


@dataclass
class Programs:
    """`aws`, `helm` and `kubectl` in a folder; what begins as a key of `answers` gets its texts one after the other, the last
    again and again. A text that begins with `Error` is a failure. All else is silence."""

    folder: Path
    answers: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("aws", "helm", "kubectl"):
            file = self.folder / name
            file.write_text(_PROGRAM.format(python=sys.executable, folder=str(self.folder)))
            file.chmod(0o755)

    def calls(self) -> list[str]:
        """Each line that was run, without where the cluster's address is, which all have."""
        return [" ".join(words).split(" --kubeconfig")[0] for words, _ in self._calls()]

    def read(self, start: str) -> str:
        """What the program of that line read."""
        return next(text for words, text in self._calls() if " ".join(words).startswith(start))

    def _calls(self) -> Iterator[tuple[list[str], str]]:
        file = self.folder / "calls"
        yield from map(json.loads, file.read_text().splitlines() if file.exists() else ())

    def run(
        self, handler: Callable[[Mapping[str, Any], Any], None], event: Mapping[str, Any], seconds: int = 900
    ) -> dict[str, Any]:
        """What CloudFormation hears of a handler."""
        (self.folder / "answers").write_text(json.dumps(self.answers))
        with _heard() as (url, heard):
            whole = {"ResponseURL": url, "StackId": "stack", "RequestId": "1", "LogicalResourceId": "IngressSteward", **event}
            handler(whole, SimpleNamespace(get_remaining_time_in_millis=lambda: seconds * 1000, log_stream_name="stream"))
        (answer,) = heard
        return answer


@contextmanager
def _heard() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    heard: list[dict[str, Any]] = []

    class Ear(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            assert len(body) <= 4096
            heard.append(json.loads(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with TCPServer(("127.0.0.1", 0), Ear) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/", heard
        finally:
            server.shutdown()
            thread.join()
