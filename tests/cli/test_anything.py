"""Whatever the manifests hold, there is an answer."""

from __future__ import annotations

import contextlib
import copy
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from eks_ingress.annotations import catalogue, of_services
from eks_ingress.cli import main
from tests.cli.conftest import LATE, SHOP, Shell

ANNOTATIONS = [row.key(**dict.fromkeys(row.parts, "web")) for row in catalogue.ALL]
OF_SERVICES = [
    row.key(**{part: listener if part == "listener" else "80" for part in row.parts})
    for row in of_services.ALL
    for listener in ("TCP-80", "TLS-80", "TCP_UDP-53")
]
WORDS = [
    "",
    "a",
    "80",
    "web",
    "shop",
    "alb",
    "true",
    "none",
    "*",
    "/",
    "/*",
    "use-annotation",
    "${Token[TOKEN.1]}",
    "HTTP",
    "ip",
    "instance",
    "dualstack",
    "on",
    "10.0.0.0/8",
    "2001:db8::/32",
    "arn:aws:acm:eu-west-1:111122223333:certificate/a",
    "preserve_client_ip.enabled=true,a=b",
    '{"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "api", "servicePort": 8080, "weight": 1}]}}',
    "[",
    "{}",
    "é\n\x85",
]

CLASS = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "IngressClass",
    "metadata": {"name": "alb", "annotations": {"ingressclass.kubernetes.io/is-default-class": "true"}},
    "spec": {
        "controller": "ingress.k8s.aws/alb",
        "parameters": {"apiGroup": "elbv2.k8s.aws", "kind": "IngressClassParams", "name": "alb"},
    },
}
PARAMS = {
    "apiVersion": "elbv2.k8s.aws/v1beta1",
    "kind": "IngressClassParams",
    "metadata": {"name": "alb"},
    "spec": {
        "scheme": "internal",
        "group": {"name": "public"},
        "namespaceSelector": {"matchLabels": {"a": "b"}, "matchExpressions": [{"key": "a", "operator": "In", "values": ["b"]}]},
        "subnets": {"tags": {"a": ["b"]}},
        "tags": [{"key": "a", "value": "b"}],
        "loadBalancerAttributes": [{"key": "idle_timeout.timeout_seconds", "value": "60"}],
        "listeners": [{"protocol": "HTTPS", "port": 443, "listenerAttributes": [{"key": "a", "value": "b"}]}],
        "minimumLoadBalancerCapacity": {"capacityUnits": 500},
        "inboundCIDRs": ["10.0.0.0/8"],
        "certificateArn": ["arn:a"],
        "ipamConfiguration": {"ipv4IPAMPoolId": "ipam-1"},
    },
}
SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "api", "namespace": "shop", "annotations": {"alb.ingress.kubernetes.io/healthcheck-path": "/"}},
    "spec": {"type": "NodePort", "ports": [{"name": "http", "port": 8080, "targetPort": "http", "nodePort": 30080}]},
}
BALANCED = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {
        "name": "mqtt",
        "namespace": "shop",
        "annotations": {
            "service.beta.kubernetes.io/aws-load-balancer-type": "external",
            "service.beta.kubernetes.io/aws-load-balancer-nlb-target-type": "instance",
        },
    },
    "spec": {
        "type": "LoadBalancer",
        "loadBalancerClass": "service.k8s.aws/nlb",
        "loadBalancerSourceRanges": ["10.0.0.0/8"],
        "allocateLoadBalancerNodePorts": True,
        "externalTrafficPolicy": "Local",
        "healthCheckNodePort": 30001,
        "ipFamilies": ["IPv4"],
        "ipFamilyPolicy": "SingleStack",
        "sessionAffinity": "ClientIP",
        "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 60}},
        "selector": {"app": "mqtt"},
        "ports": [
            {"name": "web", "port": 80, "targetPort": "http", "nodePort": 30081},
            {"name": "dns", "port": 53, "protocol": "UDP"},
            {"name": "dns-tcp", "port": 53, "protocol": "TCP"},
        ],
    },
}
NAMESPACE = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": {"a": "b"}}}
SECRET = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a", "namespace": "shop"}, "stringData": {"clientID": "a"}}
OBJECTS: list[Any] = [yaml.safe_load(SHOP), yaml.safe_load(LATE), CLASS, PARAMS, SERVICE, BALANCED, NAMESPACE, SECRET]


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The ways to all parts of a value."""
    yield at
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, part in parts:
        yield from places(part, (*at, step))


KEYS = sorted({step for at in places(OBJECTS) for step in at if isinstance(step, str)})
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([0, -1, 80, 443, 65536, 2**63, 2**70, 1.5, 1e300, float("inf"), float("nan")]),
    st.sampled_from(WORDS),
    st.text(max_size=8),
)
keys = st.sampled_from([*KEYS, *ANNOTATIONS, *OF_SERVICES]) | st.text(max_size=4)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4), max_leaves=8)


@st.composite
def nearly(draw: st.DrawFn) -> list[Any]:
    """Objects that are well but for a few parts, which may be anything."""
    made = copy.deepcopy(OBJECTS)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.sampled_from(list(places(made))[1:]))
        part: Any = made
        with contextlib.suppress(LookupError, TypeError):
            for step in at[:-1]:
                part = part[step]
            match draw(st.sampled_from(["replace", "add", "remove"])):
                case "replace":
                    part[at[-1]] = draw(values)
                case "add" if isinstance(part, dict):
                    part[draw(keys)] = draw(values)
                case _:
                    del part[at[-1]]
    return made


@st.composite
def annotated(draw: st.DrawFn) -> list[Any]:
    """Ingresses and Services with annotations whose texts may be anything."""
    made = copy.deepcopy(OBJECTS)
    texts = st.sampled_from(WORDS) | st.text(max_size=12) | values.map(lambda value: json.dumps(value, default=str))
    for at in (0, 1, 4):
        made[at]["metadata"].setdefault("annotations", {}).update(
            draw(st.dictionaries(st.sampled_from(ANNOTATIONS), texts, max_size=4))
        )
    made[5]["metadata"]["annotations"].update(draw(st.dictionaries(st.sampled_from(OF_SERVICES), texts, max_size=6)))
    return made


def checked(text: bytes, *arguments: str) -> tuple[int, str, str]:
    """What a command says of a text."""
    before = sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(text))
    try:
        with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
            code = main(list(arguments))
    finally:
        sys.stdin = before
    assert "This is a fault of" not in err.getvalue(), err.getvalue()
    assert code in (0, 1, 2)
    return code, out.getvalue(), err.getvalue()


def as_yaml(made: list[Any]) -> bytes:
    return str(yaml.safe_dump_all(made, allow_unicode=True)).encode("utf-8", "surrogatepass")


@given(nearly(), st.sampled_from([[], ["--complete"], ["--class-default", "mine"]]))
def test_objects_that_are_nearly_well_get_an_answer(made: list[Any], options: list[str]) -> None:
    code, out, _ = checked(as_yaml(made), "check", "-", *options)
    assert code != 1 or "error" in out


@given(annotated())
def test_annotations_may_hold_anything(made: list[Any]) -> None:
    code, out, _ = checked(as_yaml(made), "check", "-")
    assert code != 1 or "error" in out


@given(nearly() | annotated(), st.sampled_from(["text", "json"]))
def test_a_plan_of_them_is_shown(made: list[Any], form: str) -> None:
    _, out, _ = checked(as_yaml(made), "plan", "-", "--format", form, "--cluster-name", "prod")
    if form == "json":
        json.loads(out)


@given(nearly() | annotated(), st.sampled_from(["github", "sarif", "json"]))
@settings(max_examples=50)
def test_whatever_is_found_can_be_told_in_any_format(made: list[Any], form: str) -> None:
    _, out, _ = checked(as_yaml(made), "check", "-", "--format", form)
    if form != "github":
        json.loads(out)


@given(nearly() | annotated())
@settings(max_examples=50)
def test_a_request_gets_an_answer(made: list[Any]) -> None:
    checked(as_yaml(made), "match", "-", "--url", "https://shop.example.com/api?a=b", "--source-ip", "10.0.0.1")


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode) | values.map(lambda value: yaml.safe_dump(value).encode()))
@example(b"\xff\xfe")
@example(b"- - - - - \n")
@example(b"&a [*a]")
@example(b"{" * 5000)
@example(b"a: &a [x]\n" + b"".join(b"a%d: &a%d [*a%d, *a%d]\n" % (n + 1, n + 1, n, n) for n in range(1, 30)))
def test_any_bytes_get_an_answer(text: bytes) -> None:
    checked(text, "check", "-")


@pytest.mark.parametrize("what", ["facts", "values", "requests", "live"])
@given(value=values | st.sampled_from(OBJECTS), text=st.binary(max_size=20) | st.none())
@settings(max_examples=40)
def test_other_files_may_hold_anything(what: str, value: Any, text: bytes | None, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = Path(tmp_path_factory.getbasetemp()) / "other.yaml"
    file.write_bytes(yaml.safe_dump(value).encode() if text is None else text)
    arguments = {
        "facts": ["check", "-", "--aws", str(file)],
        "values": ["check", "-", "--controller", str(file)],
        "requests": ["test", str(file), "-"],
        "live": ["plan", "-", "--compare", str(file)],
    }
    checked(SHOP.encode(), *arguments[what])


@given(manifest=st.dictionaries(st.sampled_from(["artifacts", "version", "Shop"]), values, max_size=3), template=values)
@settings(max_examples=40)
def test_an_app_may_hold_anything(manifest: Any, template: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = Path(tmp_path_factory.getbasetemp()) / "app"
    folder.mkdir(exist_ok=True)
    stack = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "Shop.template.json"}}
    (folder / "manifest.json").write_text(json.dumps({"artifacts": {"Shop": stack}, **manifest}))
    (folder / "Shop.template.json").write_text(json.dumps({"Resources": template}))
    checked(b"", "check", str(folder))


def test_a_bomb_of_references_is_refused_at_once(shell: Shell) -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    shell.write("bomb.yaml", bomb)
    code, out, _ = shell.run("check", "bomb.yaml")
    assert (code, "values, references included" in out) == (2, True)


@given(nearly() | annotated(), st.sampled_from(["load-balancers", "objects", "nothing"]))
@settings(max_examples=50, deadline=None)
def test_they_become_python_or_are_refused(made: list[Any], keep: str) -> None:
    code, out, _ = checked(as_yaml(made), "import", "-", "--keep", keep)
    if code != 2:
        compile(out, "imported.py", "exec")
