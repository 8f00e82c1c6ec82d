"""What stands in front of moto: it keeps every call, and answers in its place where a fault is due."""

from __future__ import annotations

import http.client
import json
import re
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread, local
from typing import Any

from tests.deploy.cloud.calls import Call, Question
from tests.deploy.cloud.evaluation import Unknown, evaluate
from tests.deploy.cloud.faults import Fault, denial
from tests.deploy.cloud.questions import questions
from tests.deploy.cloud.wire import Asked, read
from tests.deploy.cloud.world import MotoWorld

_HOP = {"connection", "transfer-encoding", "content-length", "date", "server", "keep-alive"}
_PATIENCE = 60
"""Seconds in which moto answers, or never will: whoever asked would wait without end."""
_UNKNOWN = {"NotImplemented", "NotYetImplemented", "InvalidAction", "UnknownOperationException", "InternalFailure"}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Of the five by default, a controller that begins needs more at once.
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who asked may be gone before the answer, as a controller that is ended; all else is told."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Recorder:
    """A server on a free port of the loopback that leads to moto."""

    def __init__(self, moto: int, world: MotoWorld, folder: Path, principal_of: Callable[[str], str]) -> None:
        self.calls: list[Call] = []
        """All calls so far, in the order in which they were answered."""
        self.faults: list[Fault] = []
        self.denied: list[str] = []
        """What the policies of roles did not allow."""
        self.unknown: list[str] = []
        """What was asked for and moto does not have, or what could not be read."""
        self._world, self._moto, self._principal_of = world, moto, principal_of
        self._sessions: dict[str, str] = {}
        self._succeeded: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self._lock = Lock()
        self._connections = local()
        self._kept = (folder / "calls.jsonl").open("w", encoding="utf-8", buffering=1)
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self.port = int(self._server.server_address[1])
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """No longer answer."""
        self._server.shutdown()
        self._server.server_close()
        self._kept.close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        recorder = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                status, answered, content = recorder.answer(self.command, self.path, headers, body)
                self.send_response(status)
                for name, value in answered.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_PUT = do_DELETE = do_HEAD = do_POST

            def log_message(self, format: str, *args: Any) -> None:
                """The calls are kept as calls."""

        return Handler

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        """The answer to one request, which is kept.

        An SDK asks again, with the same id, for an answer that did not reach it. After a success it gets that again: the call was
        made once, and on a machine as busy as this one connections break.
        """
        invocation = headers.get("amz-sdk-invocation-id", "")
        if invocation in self._succeeded:
            return self._succeeded[invocation]
        try:
            asked = read(method, path, headers, body)
            wanted = questions(asked, self._world)
        except Exception as failure:
            # A thread of a server must answer; what is wrong is told, and fails at the end.
            self._shout(f"cannot be read: {failure!r}")
            return self._forward(method, path, headers, body)
        principal = self._who(asked)
        if fault := self._denied(asked, wanted, principal) or self._due(asked):
            status, _, kind, content = fault.answer(asked)
            answered = {"content-type": kind}
        else:
            status, answered, content = self._forward(method, path, headers, body)
        self._keep(asked, wanted, principal, headers.get("user-agent", ""), status, content)
        if invocation and status < 400:
            self._succeeded[invocation] = (status, answered, content)
        return status, answered, content

    def _who(self, asked: Asked) -> str:
        key = asked.access_key or ""
        with self._lock:
            return self._sessions.get(key) or self._principal_of(key)

    def _denied(self, asked: Asked, wanted: list[Question], principal: str) -> Fault | None:
        """The denial, if the caller is a role whose policies do not allow the call."""
        parts = self._world.statements_of(principal) if principal else None
        try:
            verdicts = [(question, evaluate(question, statements)) for statements in parts or [] for question in wanted]
        except Unknown as unknown:
            self._shout(f"cannot judge {asked.service}:{asked.action} of {principal}: {unknown}")
            return None
        reasons = [
            f"{question.action} on {question.resource}: {', '.join(verdict.reasons or verdict.sids)}"
            for question, verdict in verdicts
            if not verdict.allowed
        ]
        if not reasons:
            return None
        fault = denial(asked, principal, reasons)
        with self._lock:
            self.denied.append(fault.message)
        print(f"\n*** the cloud: {fault.message}", flush=True)
        return fault

    def _due(self, asked: Asked) -> Fault | None:
        with self._lock:
            for fault in self.faults:
                if fault.meets(asked):
                    fault.met += 1
                    return fault
        return None

    def _keep(self, asked: Asked, wanted: list[Question], principal: str, agent: str, status: int, content: bytes) -> None:
        error = _error(content) if status >= 400 else None
        if error in _UNKNOWN or (status in {404, 501} and error is None):
            self._shout(f"moto does not know {asked.service}:{asked.action}: {content[:200]!r}")
        with self._lock:
            if asked.service == "sts" and status < 400:
                self._sessions |= {key: asked.parameters["RoleArn"].rpartition("/")[2] for key in _access_keys(content)}
            asked_for = (asked.service, asked.action, asked.parameters, tuple(wanted))
            call = Call(len(self.calls) + 1, principal, agent, *asked_for, status, error)
            self.calls.append(call)
            self._kept.write(call.line() + "\n")

    def _shout(self, what: str) -> None:
        self.unknown.append(what)
        print(f"\n*** the cloud: {what}", flush=True)

    def _forward(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        for attempt in (1, 2):
            connection = getattr(self._connections, "one", None) or http.client.HTTPConnection(
                "127.0.0.1", self._moto, timeout=_PATIENCE
            )
            self._connections.one = connection
            try:
                connection.request(method, path, body, {name: value for name, value in headers.items() if name not in _HOP})
                response = connection.getresponse()
                content = response.read()
                kept = {name: value for name, value in response.getheaders() if name.lower() not in _HOP}
                return response.status, kept, content
            except (http.client.HTTPException, OSError) as failure:
                # moto closed the connection that was kept. What it is still at, is not asked a second time.
                connection.close()
                self._connections.one = None
                if attempt == 2 or isinstance(failure, TimeoutError):
                    raise
        raise AssertionError


def _error(content: bytes) -> str | None:
    text = content.decode("utf-8", "replace")
    if found := re.search(r"<Code>([^<]+)</Code>", text):
        return found[1]
    try:
        told = json.loads(text)
    except ValueError:
        return None
    return str(told["__type"]).rpartition("#")[2] if isinstance(told, dict) and "__type" in told else None


def _access_keys(content: bytes) -> list[str]:
    return re.findall(r"<AccessKeyId>([^<]+)</AccessKeyId>", content.decode())
