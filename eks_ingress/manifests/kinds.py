"""The fields of the objects that a plan reads, and what the Kubernetes API takes in each.

Facts: Kubernetes API reference, and what its server checks of an Ingress, an IngressClass, a Namespace and a Secret.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from eks_ingress.manifests.controller_kinds import BINDING, PARAMS
from eks_ingress.manifests.fields import (
    Flaw,
    Shape,
    Verdict,
    anything,
    fields,
    list_of,
    map_of,
    named,
    number,
    one_of,
    or_empty,
    shown,
    text,
)
from eks_ingress.manifests.manifest import Pointer
from eks_ingress.manifests.service_fields import SERVICE
from eks_ingress.routing.names import (
    require_label,
    require_label_key,
    require_label_value,
    require_port,
    require_service,
    require_subdomain,
)

_MOST_ANNOTATION_BYTES = 256 * 1024
_IP = re.compile(r"\d{1,3}(\.\d{1,3}){3}")
_URL = re.compile(r"(?:[a-z]+://)?((?:\*\.)?[^/:*]*)", re.IGNORECASE)
_CONTROLLER = re.compile(r"[^/]+/[A-Za-z0-9/\-._~%!$&'()*+,;=:]+")
_NOT_IN_PATHS = re.compile(r"//|/\./|/\.\./|%2[fF]|/\.\.?\Z")
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")


# Texts


def _annotation_key(key: str) -> Verdict:
    return _LABEL_KEY(key.lower())


def _host(host: str) -> Verdict:
    below = host.removeprefix("*.")
    if "*" in below and "/" not in host:
        return (
            "has a '*' that is not its first label",
            "Write '*.' in front, or no '*'; it stands for one label.",
        )
    if _IP.fullmatch(host):
        return "is an address, where Kubernetes takes a name", "Leave it out, and the rule holds for any host."
    if _SUBDOMAIN(below) is None:
        return None
    meant = _URL.match(host)
    name = meant[1].lower() if meant is not None else ""
    remedy = (
        f"Write {name!r}." if name and _SUBDOMAIN(name.removeprefix("*.")) is None else "Write a name such as 'shop.example.com'."
    )
    return "is not the name of a host: lower case, without scheme, port and path", remedy


def _controller(name: str) -> Verdict:
    if len(name) <= 250 and _CONTROLLER.fullmatch(name) and _SUBDOMAIN(name.partition("/")[0]) is None:
        return None
    return "is not a domain with a path", "Write 'ingress.k8s.aws/alb' for the AWS Load Balancer Controller."


def _base64(value: str) -> Verdict:
    packed = value.replace("\r", "").replace("\n", "")
    if len(packed) % 4 == 0 and _BASE64.fullmatch(packed):
        return None
    return "is not Base64", "Write it as it is in `stringData`, or encode it."


# What holds between fields


def _annotation_size(metadata: Mapping[str, Any], at: Pointer, flaws: list[Flaw]) -> None:
    annotations = metadata.get("annotations") or {}
    # A character has four bytes at most.
    if sum(len(key) + len(value) for key, value in annotations.items()) * 4 > _MOST_ANNOTATION_BYTES:
        size = sum(len(text.encode("utf-8", "surrogatepass")) for pair in annotations.items() for text in pair)
        if size > _MOST_ANNOTATION_BYTES:
            reason = f"has annotations of {size:,} bytes, more than the {_MOST_ANNOTATION_BYTES:,} that Kubernetes takes"
            flaws.append(Flaw(at, reason, "Shorten them, or part the object."))


def _some_backend(spec: Mapping[str, Any], at: Pointer, flaws: list[Flaw]) -> None:
    if not spec.get("rules") and spec.get("defaultBackend") is None:
        flaws.append(Flaw(at, "has neither rules nor a defaultBackend", "Write at least one of them."))


def _path_of_type(path: Mapping[str, Any], at: Pointer, flaws: list[Flaw]) -> None:
    text, kind = path.get("path") or "", path["pathType"]
    if "${" in text or "${" in kind:
        return
    specific = kind == "ImplementationSpecific"
    if not text and not specific:
        flaws.append(Flaw(at, f"has no path, which one of type {kind} must have", "Write `path: /` for all."))
    elif not text.startswith("/") and text:
        flaws.append(Flaw((*at, "path"), f"is {shown(text)}, which does not begin with '/'", f"Write {shown('/' + text)}."))
    elif not specific and (found := _NOT_IN_PATHS.search(text)) is not None:
        reason = f"is {shown(text)}, with {found[0]!r}, which Kubernetes takes in no path of type {kind}"
        flaws.append(Flaw((*at, "path"), reason, "Write the path as clients send it, or give it the type ImplementationSpecific."))


def _one_backend(backend: Mapping[str, Any], at: Pointer, flaws: list[Flaw]) -> None:
    service, resource = backend.get("service"), backend.get("resource")
    if service is None and resource is None:
        flaws.append(Flaw(at, "has no service", "Write `service:`, and below it `name` and `port`."))
    elif service is not None and resource is not None:
        flaws.append(Flaw(at, "has both a service and a resource", "Remove one of them."))


def _one_port(port: Mapping[str, Any], at: Pointer, flaws: list[Flaw]) -> None:
    if port.get("name") and port.get("number"):
        flaws.append(Flaw(at, "has both a name and a number", "Remove one of them."))
    elif not port.get("name") and not port.get("number"):
        flaws.append(Flaw(at, "has neither a number nor a name", "Write the port's number, or its name in the Service."))


def _namespace_in_scope(parameters: Mapping[str, Any], at: Pointer, flaws: list[Flaw]) -> None:
    scope, namespace = parameters.get("scope") or "Cluster", parameters.get("namespace")
    if scope == "Namespace" and namespace is None:
        flaws.append(Flaw(at, "has no namespace, though its scope is Namespace", "Write its namespace."))
    if scope == "Cluster" and namespace is not None:
        flaws.append(Flaw(at, "has a namespace, though its scope is Cluster", "Remove it; IngressClassParams are in no namespace."))


# The fields of each kind

_SUBDOMAIN = named(require_subdomain)
_LABEL_KEY = named(require_label_key)

_TEXT = text()
_NAME = text(_SUBDOMAIN)
_LABEL = text(named(require_label))
_SERVICE_NAME = text(named(require_service))
_PORT_NAME = text(or_empty(named(require_port)))
_PORT = number(1, 65535, or_zero=True)
_TEXTS = list_of(_TEXT)
_LABELS = map_of(text(named(require_label_value)), _LABEL_KEY)


def _object(name: Shape, required: Mapping[str, str] = MappingProxyType({}), **known: Shape) -> Shape:
    metadata = fields(
        {
            **dict.fromkeys(
                (
                    "creationTimestamp",
                    "deletionGracePeriodSeconds",
                    "generation",
                    "managedFields",
                    "ownerReferences",
                    "selfLink",
                ),
                anything,
            ),
            "name": name,
            "generateName": _TEXT,
            "namespace": text(or_empty(named(require_label))),
            "annotations": map_of(text(json=True), _annotation_key),
            "labels": _LABELS,
            "uid": _TEXT,
            "resourceVersion": _TEXT,
            "deletionTimestamp": _TEXT,
            "finalizers": _TEXTS,
        },
        {"name": "Write its `name`."},
        rule=_annotation_size,
    )
    return fields(
        {"apiVersion": _TEXT, "kind": _TEXT, "metadata": metadata, "status": anything, **known},
        {"metadata": "Write `metadata:`, and below it `name:`.", **required},
    )


_BACKEND = fields(
    {
        "service": fields(
            {
                "name": _SERVICE_NAME,
                "port": fields(
                    {"name": _PORT_NAME, "number": _PORT},
                    rule=_one_port,
                    instead="Write `port:`, and below it `number:` or `name:`.",
                ),
            },
            {"name": "Write the Service's name.", "port": "Write `port:`, and below it `number:` or `name:`."},
            instead="Write `service:`, and below it `name:` and `port:`.",
        ),
        "resource": fields(
            {"apiGroup": _NAME, "kind": _TEXT, "name": _TEXT},
            {"kind": "Write its kind.", "name": "Write its name."},
        ),
    },
    elsewhere={
        "serviceName": "Write `service:`, and below it `name:`.",
        "servicePort": "Write `service:`, below it `port:`, and below that `number:` or `name:`.",
        "name": "Write `service:` above it.",
        "port": "Write `service:` above it.",
    },
    rule=_one_backend,
)
_INGRESS_PATH = fields(
    {"path": _TEXT, "pathType": one_of("Exact", "Prefix", "ImplementationSpecific"), "backend": _BACKEND},
    {
        "pathType": "Write `pathType: Prefix`, or Exact, or ImplementationSpecific for a pattern.",
        "backend": "Write `backend:`, and below it `service:`.",
    },
    elsewhere=dict.fromkeys(("service", "serviceName", "servicePort"), "Write `backend:` above it."),
    rule=_path_of_type,
)
_INGRESS_SPEC = fields(
    {
        "ingressClassName": _NAME,
        "defaultBackend": _BACKEND,
        "rules": list_of(
            fields(
                {
                    "host": text(or_empty(_host)),
                    "http": fields({"paths": list_of(_INGRESS_PATH, least=1)}, {"paths": "Write at least one path."}),
                },
                elsewhere={"paths": "Write `http:` above it."},
            )
        ),
        "tls": list_of(fields({"hosts": list_of(text(_host)), "secretName": text(or_empty(_SUBDOMAIN))})),
    },
    elsewhere={
        "backend": "Write `defaultBackend:`.",
        "ingressClass": "Write `ingressClassName:`.",
        "className": "Write `ingressClassName:`.",
        "host": "Write it in an item of `rules:`.",
        "paths": "Write `rules:`, an item of it, and in that `http:` above it.",
    },
    rule=_some_backend,
)
_CLASS_SPEC = fields(
    {
        "controller": text(_controller),
        "parameters": fields(
            {
                "apiGroup": _NAME,
                "kind": _TEXT,
                "name": _TEXT,
                "scope": one_of("Cluster", "Namespace"),
                "namespace": _LABEL,
            },
            {"kind": "Write `kind: IngressClassParams`.", "name": "Write the name of the IngressClassParams."},
            rule=_namespace_in_scope,
        ),
    },
    {"controller": "Write `controller: ingress.k8s.aws/alb` for the AWS Load Balancer Controller."},
)
KINDS: Mapping[str, str] = {
    "Ingress": "networking.k8s.io/v1",
    "IngressClass": "networking.k8s.io/v1",
    "IngressClassParams": "elbv2.k8s.aws/v1beta1",
    "TargetGroupBinding": "elbv2.k8s.aws/v1beta1",
    "Service": "v1",
    "Namespace": "v1",
    "Secret": "v1",
}
"""The kinds that a plan reads, and the version of each."""

OBJECTS: Mapping[str, Shape] = {
    "Ingress": _object(_NAME, {"spec": "Write `spec:`, and below it `rules:`."}, spec=_INGRESS_SPEC),
    "IngressClass": _object(_NAME, {"spec": "Write `spec:`, and below it `controller:`."}, spec=_CLASS_SPEC),
    "IngressClassParams": _object(_NAME, spec=PARAMS),
    "TargetGroupBinding": _object(_NAME, {"spec": "Write `spec:`, and below it `serviceRef:`."}, spec=BINDING),
    "Service": _object(_SERVICE_NAME, {"spec": "Write `spec:`, and below it `ports:`."}, spec=SERVICE),
    "Namespace": _object(_LABEL, spec=anything),
    "Secret": _object(
        _NAME, type=_TEXT, data=map_of(text(_base64, hidden=True)), stringData=map_of(text(hidden=True)), immutable=anything
    ),
}
