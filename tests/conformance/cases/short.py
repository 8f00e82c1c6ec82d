"""Kubernetes objects in the short form in which the cases are written.

    - Ingress: shop/web                     # the kind, then the namespace and the name
      annotations: {scheme: internal}       # `alb.ingress.kubernetes.io/` is left out; what is not text is written as JSON
      class: alb                            # the default; `class: null` for none
      rules:
        - Prefix /api api:8080              # a rule for every host: type of the path, path, Service and port (a number or a name)
        - ImplementationSpecific api:8080   # the path may be empty
        - shop.example.com:                 # a rule for one host; `any host` names none
            - Exact /cart cart:use-annotation
      default: storefront:80
      tls: [shop.example.com]
    - Service: shop/api                     # beside `annotations` and `labels`, its spec
      type: NodePort
      ports: [{port: 8080, targetPort: 8080, nodePort: 30080}]
    - Service: shop/edge                    # with `nlb` a network load balancer is asked for, by type and class
      nlb: {scheme: internal}               # `service.beta.kubernetes.io/aws-load-balancer-` is left out
      ports: ["dns=53:5353:30053/UDP"]      # `NAME=PORT:TARGET:NODE PORT/PROTOCOL`, of which all but the port may be missing
    - TargetGroupBinding: shop/web          # its spec
      serviceRef: {name: web, port: 80}
    - IngressClass: alb
      params: shop                          # the IngressClassParams
      default: true
    - IngressClassParams: shop              # its spec
      scheme: internal
    - Namespace: shop
      labels: {team: shop}
    - Secret: shop/idp
      stringData: {clientID: shop}

An object that has an `apiVersion` is written as it is. A Service gets a uid, a Secret its `data`, as they have them in a cluster.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

Object = dict[str, Any]
PREFIX = "alb.ingress.kubernetes.io/"
SERVICE_PREFIX = "service.beta.kubernetes.io/"
CONTROLLER = "ingress.k8s.aws/alb"
BALANCER_CLASS = "service.k8s.aws/nlb"
METADATA = ("labels", "finalizers", "deletionTimestamp")


def annotated(written: Object, prefix: str = PREFIX) -> dict[str, str]:
    """Annotations with their full names, and their values as text."""
    return {
        name if "/" in name else prefix + name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in written.items()
    }


def of_balancer(name: str) -> str:
    """The name of an annotation of a Service, without its prefix; two kinds of them are not called after the load balancer."""
    return name if name.startswith(("load-balancer-", "actions.")) or "/" in name else f"aws-load-balancer-{name}"


def backend(written: str) -> Object:
    """`NAME:PORT` as the backend of a path; a resource is written `resource:NAME`."""
    name, port = written.split(":")
    if name == "resource":
        return {"resource": {"apiGroup": "k8s.example.com", "kind": "StorageBucket", "name": port}}
    return {"service": {"name": name, "port": {"number": int(port)} if port.isdigit() else {"name": port}}}


def path(written: str) -> Object:
    """`TYPE PATH BACKEND` as a path of a rule; the path, or the type before a path, may be missing."""
    *matched, target = written.split()
    made: Object = {}
    for word in matched:
        made["path" if word.startswith("/") else "pathType"] = word
    return {**made, "backend": backend(target)}


def rule(written: str | Object) -> Object:
    """A path, or the paths of a host, as a rule."""
    if isinstance(written, str):
        return {"http": {"paths": [path(written)]}}
    [(host, paths)] = written.items()
    made: Object = {} if host == "any host" else {"host": host}
    return {**made, "http": {"paths": [path(each) for each in paths]}} if paths else made


def ingress(written: Object) -> Object:
    spec: Object = {}
    if (name := written.get("class", "alb")) is not None:
        spec["ingressClassName"] = name
    if "default" in written:
        spec["defaultBackend"] = backend(written["default"])
    if "tls" in written:
        spec["tls"] = [{"hosts": written["tls"]}]
    if "rules" in written:
        spec["rules"] = [rule(each) for each in written["rules"]]
    return {"apiVersion": "networking.k8s.io/v1", "spec": spec}


def service(written: Object) -> Object:
    spec = {name: value for name, value in written.items() if name != "nlb"}
    if "nlb" in written:
        spec = {"type": "LoadBalancer", "loadBalancerClass": BALANCER_CLASS, **spec}
        spec = {name: value for name, value in spec.items() if value is not None}
    if "ports" in spec:
        spec["ports"] = [service_port(each) if isinstance(each, str) else each for each in spec["ports"]]
    return {"apiVersion": "v1", "spec": spec}


def service_port(written: str) -> Object:
    """`NAME=PORT:TARGET:NODE PORT/PROTOCOL` as a port of a Service."""
    rest, _, protocol = written.partition("/")
    name, _, numbers = rest.rpartition("=")
    port, *others = numbers.split(":")
    made: Object = {"name": name} if name else {}
    made["port"] = int(port)
    for key, value in zip(("targetPort", "nodePort"), others, strict=False):
        made[key] = int(value) if value.isdigit() else value
    return {**made, "protocol": protocol} if protocol else made


def target_group_binding(written: Object) -> Object:
    return {"apiVersion": "elbv2.k8s.aws/v1beta1", "spec": written}


def ingress_class(written: Object) -> Object:
    spec: Object = {"controller": written.get("controller", CONTROLLER)}
    if "params" in written:
        spec["parameters"] = {"apiGroup": "elbv2.k8s.aws", "kind": "IngressClassParams", "name": written["params"]}
    return {"apiVersion": "networking.k8s.io/v1", "spec": spec}


def ingress_class_params(written: Object) -> Object:
    return {"apiVersion": "elbv2.k8s.aws/v1beta1", "spec": written}


def namespace(_: Object) -> Object:
    return {"apiVersion": "v1"}


def secret(written: Object) -> Object:
    values = written.get("stringData", {})
    return {"apiVersion": "v1", "data": {key: base64.b64encode(value.encode()).decode() for key, value in values.items()}}


KINDS: dict[str, Callable[[Object], Object]] = {
    "Ingress": ingress,
    "Service": service,
    "TargetGroupBinding": target_group_binding,
    "IngressClass": ingress_class,
    "IngressClassParams": ingress_class_params,
    "Namespace": namespace,
    "Secret": secret,
}


def metadata(kind: str, full_name: str, written: Object) -> Object:
    *in_namespace, name = full_name.split("/")
    made: Object = {"name": name}
    if in_namespace:
        made["namespace"] = in_namespace[0]
    noted = annotated(written.get("annotations", {}))
    noted.update(annotated({of_balancer(name): value for name, value in written.get("nlb", {}).items()}, SERVICE_PREFIX))
    if kind == "IngressClass" and written.get("default"):
        noted["ingressclass.kubernetes.io/is-default-class"] = "true"
    if noted:
        made["annotations"] = noted
    return {**made, **{key: written[key] for key in METADATA if key in written}}


def full(written: Object) -> Object:
    """An object as Kubernetes has it."""
    if "apiVersion" in written:
        made = written
    else:
        kind = next(iter(written))
        rest = {key: value for key, value in written.items() if key not in {kind, "annotations", *METADATA}}
        made = {"kind": kind, "metadata": metadata(kind, written[kind], written), **KINDS[kind](rest)}
    if made["kind"] == "Service":
        named = made["metadata"]
        made = {**made, "metadata": {"uid": f"uid-of-{named['namespace']}-{named['name']}", **named}}
    return made


def identity(made: Object) -> tuple[str, str, str]:
    """Kind, namespace and name of an object."""
    return made["kind"], made["metadata"].get("namespace", ""), made["metadata"]["name"]
