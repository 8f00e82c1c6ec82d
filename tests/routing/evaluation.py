"""Which backend answers a request: by the routes as they were wished for, and by Ingress objects as the controller tries them.

Neither uses anything of the package's own routing; the second reads the objects as text, as the controller does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eks_ingress.manifests.manifest import Manifest

ALB = "alb.ingress.kubernetes.io/"


@dataclass(frozen=True)
class Request:
    """What a client sends."""

    host: str
    path: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """Who answers: something that tells backends apart, and the settings that it is answered with."""

    backend: str
    health_path: str | None = None
    auth: str | None = None


def matches(glob: str, text: str) -> bool:
    """Whether a pattern of a load balancer matches a text as a whole."""
    return re.fullmatch("".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in glob), text, re.DOTALL) is not None


def by_objects(manifests: Sequence[Manifest], request: Request) -> Answer | None:
    """The answer of a load balancer whose controller reads these objects; None where only the default action is left."""
    for manifest in sorted(
        manifests, key=lambda made: (int(annotation(made, "group.order") or 0), f"{made.namespace}/{made.name}")
    ):
        for rule in manifest.body["spec"].get("rules", ()):
            for path in in_order(rule["http"]["paths"]):
                if takes(manifest, rule.get("host"), path, request):
                    return answer(manifest, path["backend"]["service"])
    return None


def place(manifest: Manifest) -> tuple[int, str]:
    """The place of an Ingress in its group."""
    return int(annotation(manifest, "group.order") or 0), f"{manifest.namespace}/{manifest.name}"


def in_order(paths: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The paths of a rule as the controller sorts them."""
    exact = [path for path in paths if path["pathType"] == "Exact"]
    prefix = sorted((path for path in paths if path["pathType"] == "Prefix"), key=lambda path: -len(path["path"]))
    return [*exact, *prefix, *(path for path in paths if path["pathType"] == "ImplementationSpecific")]


def takes(manifest: Manifest, host: str | None, path: Mapping[str, Any], request: Request) -> bool:
    hosts = [] if host is None else [host]
    globs = patterns(path)
    regexes: list[str] = []
    for condition in json.loads(annotation(manifest, f"conditions.{path['backend']['service']['name']}") or "[]"):
        match condition:
            case {"field": "http-request-method", "httpRequestMethodConfig": {"values": values}}:
                if request.method not in values:
                    return False
            case {"field": "http-header", "httpHeaderConfig": {"httpHeaderName": name, "values": values}}:
                if not any(matches(value, request.headers.get(name, "")) for value in values) or name not in request.headers:
                    return False
            case {"field": "host-header", "hostHeaderConfig": {"values": values}}:
                hosts += values
            case {"field": "path-pattern", "pathPatternConfig": {"values": values}}:
                globs += values
            case {"field": "path-pattern", "pathPatternConfig": {"regexValues": values}}:
                regexes += values
            case _:
                raise AssertionError(condition)
    by_path = (not globs and not regexes) or any(matches(glob, request.path) for glob in globs)
    by_path = by_path or any(re.search(regex, request.path) for regex in regexes)
    return by_path and (not hosts or any(matches(glob, request.host) for glob in hosts))


def patterns(path: Mapping[str, Any]) -> list[str]:
    text = path.get("path", "")
    if not text or path["pathType"] != "Prefix":
        return [text] if text else []
    stem = text.rstrip("/")
    return [stem, f"{stem}/*"] if stem else ["/*"]


def answer(manifest: Manifest, service: Mapping[str, Any]) -> Answer:
    backend = f"{manifest.namespace}/{service['name']}:{service['port'].get('number', service['port'].get('name'))}"
    if service["port"].get("name") == "use-annotation":
        action = json.loads(annotation(manifest, f"actions.{service['name']}") or "")
        if action["type"] != "forward":
            config = action.get("fixedResponseConfig") or action["redirectConfig"]
            return Answer(config.get("messageBody") or config["host"], None, annotation(manifest, "auth-type"))
        (group,) = action["forwardConfig"]["targetGroups"]
        backend = f"{manifest.namespace}/{group['serviceName']}:{group['servicePort']}"
    return Answer(backend, annotation(manifest, "healthcheck-path"), annotation(manifest, "auth-type"))


def annotation(manifest: Manifest, name: str) -> str | None:
    return manifest.annotations.get(ALB + name)
