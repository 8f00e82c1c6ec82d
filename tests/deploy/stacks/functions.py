"""Lambda functions, run on this machine: a process for each invocation, with the role's credentials and the layers' programs.

Facts: AWS Lambda Developer Guide, "Defined runtime environment variables", "Lambda runtimes", "Layers". A function in Python
runs on the Python of the tests, one in Node on the Node that CDK uses.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
import uuid
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any

from tests.deploy.processes import ending_with_us
from tests.deploy.stacks.change import Failed
from tests.deploy.stacks.refused import Unsupported

RUNTIME = Path(__file__).parent / "runtime"
_OF_LAYERS = ("bin/", "helm/", "kubectl/", "python/")
"""What is unpacked of a layer. That of the AWS command line is left packed: `aws` is answered by the driver."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an invocation returned."""

    payload: str
    error: str | None = None
    """Why it failed, as Lambda says it: "Unhandled"."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function that can be invoked."""

    arn: str
    code: Path
    properties: Mapping[str, Any]

    @property
    def name(self) -> str:
        return self.arn.rpartition(":")[2]


class Functions:
    """The functions and layers of an account."""

    def __init__(
        self,
        folder: Path,
        bucket: Callable[[str, str], Path],
        environment: Callable[[str], Mapping[str, str]],
    ) -> None:
        """
        :param folder: for code, layers and logs.
        :param bucket: the file of an object by bucket and key.
        :param environment: variables of a function by the ARN of its role: credentials, endpoints.
        """
        self._folder, self._bucket, self._environment = folder, bucket, environment
        self._functions: dict[str, Function] = {}
        self._layers: dict[str, Path] = {}
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._closed = False

    def put(self, arn: str, properties: Mapping[str, Any]) -> None:
        """Makes or changes a function."""
        runtime = properties.get("Runtime", "")
        if not runtime.startswith(("python3.", "nodejs")):
            raise Unsupported(f"runtime {runtime!r} of a function")
        code = self._folder / "code" / uuid.uuid4().hex
        code.mkdir(parents=True)
        match properties["Code"]:
            case {"ZipFile": str(text)}:
                (code / ("index.py" if runtime.startswith("python") else "index.js")).write_text(text, "utf-8")
            case {"S3Bucket": str(bucket), "S3Key": str(key)}:
                self._unpack(self._bucket(bucket, key), code)
            case other:
                raise Unsupported(f"code of a function {other!r}")
        self._functions[arn] = Function(arn, code, properties)

    def remove(self, arn: str) -> None:
        """Takes a function away."""
        self._functions.pop(arn, None)

    def get(self, arn: str) -> Function | None:
        """The function of this ARN or name."""
        return self._functions.get(arn) or next((one for one in self._functions.values() if one.name == arn), None)

    def add_layer(self, arn: str, content: Mapping[str, Any]) -> str:
        """Makes a layer; returns the ARN of its version."""
        archive = self._bucket(content["S3Bucket"], content["S3Key"])
        target = self._folder / "layers" / hashlib.sha256(content["S3Key"].encode()).hexdigest()[:16]
        with self._lock:
            if not target.exists():
                self._unpack(archive, target, _OF_LAYERS)
            number = 1 + sum(one.startswith(f"{arn}:") for one in self._layers)
            self._layers[f"{arn}:{number}"] = target
        return f"{arn}:{number}"

    def remove_layer(self, arn: str) -> None:
        """Takes the version of a layer away."""
        self._layers.pop(arn, None)

    def invoke(self, arn: str, event: str) -> Answer:
        """Runs a function, and returns what it returned. Raises `Failed` if there is none of this name."""
        function = self.get(arn)
        if function is None:
            raise Failed(f"Function not found: {arn}")
        request = str(uuid.uuid4())
        work = self._folder / "invocations" / f"{function.name}-{request[:8]}"
        work.mkdir(parents=True)
        result, log = work / "result.json", self._folder / "logs" / f"{function.name}.log"
        log.parent.mkdir(exist_ok=True)
        timeout = float(function.properties.get("Timeout", 3))
        command, variables = self._command(function, result), self._variables(function, work, request, timeout)
        with log.open("ab") as output:
            process = subprocess.Popen(
                ending_with_us(command),
                cwd=function.code,
                env=variables,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            with self._lock:
                self._running.add(process)
                if self._closed:
                    _kill(process)
            try:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.communicate(event.encode(), timeout)
                if process.returncode is None:
                    return _error(f"{request} Task timed out after {timeout:.2f} seconds", "Sandbox.Timedout")
                if not result.is_file():
                    return _error(
                        f"RequestId: {request} Error: Runtime exited with status {process.returncode}", "Runtime.ExitError"
                    )
                return Answer(result.read_text("utf-8"), None if process.returncode == 0 else "Unhandled")
            finally:
                _kill(process)
                with self._lock:
                    self._running.discard(process)
                shutil.rmtree(work, ignore_errors=True)

    def close(self) -> None:
        """Ends what still runs."""
        with self._lock:
            self._closed = True
            for process in self._running:
                _kill(process)

    def _command(self, function: Function, result: Path) -> list[str]:
        handler = function.properties["Handler"]
        if _is_node(function):
            return ["node", str(RUNTIME / "function.js"), handler, str(result)]
        return [sys.executable, str(RUNTIME / "function.py"), handler, str(result)]

    def _variables(self, function: Function, work: Path, request: str, timeout: float) -> dict[str, str]:
        layers = [self._layers[arn] for arn in function.properties.get("Layers", [])]
        programs = [
            str(folder) for layer in layers for folder in (layer / "bin", layer / "helm", layer / "kubectl") if folder.is_dir()
        ]
        libraries = [str(layer / "python") for layer in layers if (layer / "python").is_dir()]
        return {
            # No more of the machine's own variables than its programs need.
            **{name: os.environ[name] for name in ("LANG", "PYTHONPATH") if name in os.environ},
            "HOME": str(work),
            "TEST_OUTDIR": str(work),
            "TMPDIR": str(work),
            "PATH": os.pathsep.join([str(self._folder / "bin"), *programs, os.environ["PATH"]]),
            **({"PYTHONPATH": os.pathsep.join([*libraries, os.environ.get("PYTHONPATH", "")])} if libraries else {}),
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.properties.get("MemorySize", 128)),
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "_FUNCTION_ARN": function.arn,
            "_REQUEST_ID": request,
            "_ROLE_ARN": function.properties["Role"],
            "_TIMEOUT": str(timeout),
            **({"NODE_PATH": str(_node_modules())} if _is_node(function) else {}),
            **self._environment(function.properties["Role"]),
            **{name: str(value) for name, value in function.properties.get("Environment", {}).get("Variables", {}).items()},
        }

    @staticmethod
    def _unpack(archive: Path, target: Path, only: tuple[str, ...] = ("",)) -> None:
        target.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(archive) as packed:
            for member in packed.infolist():
                if member.filename.startswith(only) and not member.is_dir():
                    mode = stat.S_IMODE(member.external_attr >> 16)
                    Path(packed.extract(member, target)).chmod(mode or 0o644)


def _is_node(function: Function) -> bool:
    return str(function.properties["Runtime"]).startswith("nodejs")


def _node_modules() -> Path:
    """The AWS SDK that functions in Node find, installed once outside of the tree."""
    lock = (RUNTIME / "package-lock.json").read_bytes()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "eks-ingress"
    folder = cache / f"deploy-node-{hashlib.sha256(lock).hexdigest()[:16]}"
    cache.mkdir(parents=True, exist_ok=True)
    # Stories that begin together would each install it.
    with folder.with_suffix(".lock").open("w") as installing:
        flock(installing, LOCK_EX)
        if not folder.exists():
            own = folder.with_suffix(".new")
            shutil.rmtree(own, ignore_errors=True)
            own.mkdir()
            for name in ("package.json", "package-lock.json", ".npmrc"):
                shutil.copyfile(RUNTIME / name, own / name)
            subprocess.run(["npm", "ci", "--silent", "--no-fund", "--no-audit"], cwd=own, check=True)
            own.rename(folder)
    return folder / "node_modules"


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Ends a process with all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _error(message: str, type: str) -> Answer:
    return Answer(json.dumps({"errorMessage": message, "errorType": type}), "Unhandled")
