"""What the functions of a deployment reach beside AWS, all on the loopback: the addresses that answers to CloudFormation go to,
Lambda and CloudFormation themselves, the issuer of the cluster, and a Helm repository. Whatever else they ask for is refused.

Facts: AWS CloudFormation User Guide, "Custom resource response objects"; AWS Lambda API, Invoke, GetFunction; AWS CloudFormation
API, DescribeStacks; Helm documentation, "The Chart Repository Guide".
"""

from __future__ import annotations

import json
import queue
import re
import secrets
import select
import socket
import ssl
import tarfile
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.deploy.stacks.functions import Functions

CHARTS = "aws.github.io"
"""Host of the Helm repository of the controller's project."""
_DESCRIBED = (
    '<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member>'
    "<StackName>{name}</StackName><StackId>{id}</StackId><StackStatus>{status}</StackStatus>"
    "<CreationTime>2026-01-01T00:00:00Z</CreationTime>"
    "</member></Stacks></DescribeStacksResult></DescribeStacksResponse>"
)
_REFUSED = (
    '<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type>'
    "<Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
)


class Served:
    """Two servers with the same answers, one over TLS, and a proxy that leads to the second and to nowhere else."""

    def __init__(self, folder: Path, functions: Functions, stack: Callable[[str], Mapping[str, str] | None], region: str) -> None:
        """
        :param folder: for certificates.
        :param stack: name, id and status of a stack by its name or id.
        """
        self._functions, self._stack = functions, stack
        self._answers: dict[str, queue.Queue[bytes]] = {}
        self._charts: dict[str, bytes] = {}
        self._index: dict[str, list[dict[str, Any]]] = {}
        self.refused: list[str] = []
        """Hosts that a function asked for and did not get."""
        self.authorities = folder / "authority.pem"
        self._stack_of_servers = ExitStack()
        context = _context(folder, [CHARTS, f"oidc.eks.{region}.amazonaws.com", "localhost"])
        self._plain = self._serve(_handler(self), None)
        self._secure = self._serve(_handler(self), context)
        self._proxy = self._serve(_proxy(self), None)
        self.port, self.tls_port = self._plain.server_port, self._secure.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        self.proxy = f"http://127.0.0.1:{self._proxy.server_port}"

    def ask(self) -> tuple[str, queue.Queue[bytes]]:
        """An address for one answer, and where the answer comes in."""
        token = secrets.token_urlsafe(24)
        self._answers[token] = queue.Queue()
        return f"https://127.0.0.1:{self.tls_port}/answers/{token}?X-Amz-Signature={secrets.token_hex(32)}", self._answers[token]

    def add_chart(self, archive: Path) -> None:
        """Offers a chart, as `helm package` wrote it, in the Helm repository."""
        with tarfile.open(archive) as packed:
            (about_it,) = (name for name in packed.getnames() if re.fullmatch("[^/]+/Chart.yaml", name))
            text = packed.extractfile(about_it)
            assert text is not None
            about = yaml.safe_load(text.read())
        self._charts[archive.name] = archive.read_bytes()
        self._index.setdefault(about["name"], []).append({**about, "urls": [f"https://{CHARTS}/eks-charts/{archive.name}"]})

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes, dict[str, str]]:
        """What is answered to a request: status, body, headers."""
        parts = urlsplit(path)
        if method == "PUT" and (put := re.fullmatch("/answers/(.+)", parts.path)):
            waiting = self._answers.pop(put[1], None)
            if waiting is None:
                return 403, b"", {}
            waiting.put(body)
            return 200, b"", {}
        if method == "GET" and (chart := re.fullmatch("/eks-charts/(.+)", parts.path)):
            if chart[1] == "index.yaml":
                return 200, json.dumps({"apiVersion": "v1", "entries": self._index}).encode(), {}
            return (200, self._charts[chart[1]], {}) if chart[1] in self._charts else (404, b"", {})
        if invoked := re.fullmatch("/2015-03-31/functions/([^/]+)(/invocations)?", parts.path):
            return self._invoke(unquote(invoked[1]), headers, body) if invoked[2] else self._get_function(unquote(invoked[1]))
        if method == "POST" and parts.path == "/":
            return self._query({name: values[0] for name, values in parse_qs(body.decode()).items()})
        return 404, f"{method} {parts.path} is not answered here".encode(), {}

    def close(self) -> None:
        """Stops the servers."""
        self._stack_of_servers.close()

    def _invoke(self, arn: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes, dict[str, str]]:
        if self._functions.get(arn) is None:
            return _no_function(arn)
        if headers.get("X-Amz-Invocation-Type") == "Event":
            threading.Thread(target=self._functions.invoke, args=(arn, body.decode()), daemon=True).start()
            return 202, b"", {}
        answer = self._functions.invoke(arn, body.decode())
        return 200, answer.payload.encode(), {"X-Amz-Function-Error": answer.error} if answer.error else {}

    def _get_function(self, arn: str) -> tuple[int, bytes, dict[str, str]]:
        function = self._functions.get(arn)
        if function is None:
            return _no_function(arn)
        told = {"FunctionName": function.name, "FunctionArn": function.arn, "State": "Active", "LastUpdateStatus": "Successful"}
        return 200, json.dumps({"Configuration": told}).encode(), {}

    def _query(self, given: Mapping[str, str]) -> tuple[int, bytes, dict[str, str]]:
        kind = {"Content-Type": "text/xml"}
        if given.get("Action") != "DescribeStacks" or "StackName" not in given:
            message = f"the driver does not answer {given.get('Action')}"
            return 400, _REFUSED.format(code="InvalidAction", message=message).encode(), kind
        stack = self._stack(given["StackName"])
        if stack is None:
            message = f"Stack with id {given['StackName']} does not exist"
            return 400, _REFUSED.format(code="ValidationError", message=message).encode(), kind
        return 200, _DESCRIBED.format(**stack).encode(), kind

    def _serve(self, handler: type[BaseHTTPRequestHandler], context: ssl.SSLContext | None) -> ThreadingHTTPServer:
        server = _Server(("127.0.0.1", 0), handler)
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        self._stack_of_servers.callback(server.server_close)
        self._stack_of_servers.callback(server.shutdown)
        return server


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # The functions of a stack ask at once.
    request_queue_size = 128


def _handler(served: Served) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _do(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, answer, headers = served.answer(self.command, self.path, dict(self.headers), body)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(answer))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = do_PUT = _do

        def log_message(self, *words: object) -> None:
            pass

    return Handler


def _proxy(served: Served) -> type[BaseHTTPRequestHandler]:
    class Proxy(BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            if self.path != f"{CHARTS}:443":
                self._refuse()
                return
            with socket.create_connection(("127.0.0.1", served.tls_port)) as other:
                self.send_response(200)
                self.end_headers()
                _join(self.connection, other)

        def _refuse(self) -> None:
            served.refused.append(self.path)
            self.send_error(403, "nothing beyond this machine is reached")

        do_GET = do_POST = do_PUT = _refuse

        def log_message(self, *words: object) -> None:
            pass

    return Proxy


def _join(one: socket.socket, other: socket.socket) -> None:
    """Hands on what each says to the other until one of them ends."""
    while True:
        for ready in select.select([one, other], [], [])[0]:
            said = ready.recv(65536)
            if not said:
                return
            (other if ready is one else one).sendall(said)


def _no_function(arn: str) -> tuple[int, bytes, dict[str, str]]:
    told = {"Type": "User", "Message": f"Function not found: {arn}"}
    return 404, json.dumps(told).encode(), {"X-Amzn-ErrorType": "ResourceNotFoundException"}


def _context(folder: Path, hosts: Iterable[str]) -> ssl.SSLContext:
    """A server's side of TLS for these hosts, by an authority of our own whose certificate is written down."""
    now = datetime.now(timezone.utc)

    def certificate(
        subject: str, issuer: str, key: Any, signer: Any, *extensions: tuple[x509.ExtensionType, bool]
    ) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(subject))
            .issuer_name(_name(issuer))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(days=365))
        )
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return builder.sign(signer, hashes.SHA256())

    authority, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    names = x509.SubjectAlternativeName([*map(x509.DNSName, hosts), x509.IPAddress(ip_address("127.0.0.1"))])
    # From 3.13 on, Python asks for what RFC 5280 asks for: both key identifiers, and the use of the authority's key.
    signs = x509.KeyUsage(*(use == "key_cert_sign" for use in _USES))
    identity = x509.SubjectKeyIdentifier.from_public_key(authority.public_key())
    is_authority = (x509.BasicConstraints(True, 0), True), (signs, True), (identity, False)
    root = certificate("deploy tier", "deploy tier", authority, authority, *is_authority)
    signed = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identity)
    own = certificate("deploy tier server", "deploy tier", key, authority, (names, False), (signed, False))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "authority.pem").write_bytes(root.public_bytes(serialization.Encoding.PEM))
    chain = folder / "server.pem"
    chain.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + own.public_bytes(serialization.Encoding.PEM)
        + root.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return context


_USES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)
"""What a key may be used for, in the order of `KeyUsage`."""


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
