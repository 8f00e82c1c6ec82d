from __future__ import annotations

from enum import Enum
from typing import Any

import pytest
from hypothesis import given as with_random
from hypothesis import strategies as st

from eks_ingress.manifests.given import given
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.refusal import Problem
from eks_ingress.source import Source

HERE = Source("Shop/Ingress/Settings", "shop.py", 7)


def config(**data: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "shop"}, "data": data}


def bodies(value: object) -> list[Any]:
    found = list(given(value, HERE))
    assert all(isinstance(x, Manifest) and x.source == HERE for x in found), found
    return [x.body for x in found if isinstance(x, Manifest)]


def told(value: object) -> list[str]:
    found = list(given(value, HERE))
    assert all(isinstance(x, Problem) and x.source == HERE for x in found), found
    return [x.reason for x in found if isinstance(x, Problem)]


def test_an_object_is_taken_as_it_is() -> None:
    body = config(a="b", c="${Token[Arn.1]}", d="")
    assert bodies(body) == [body]


def test_what_is_changed_later_does_not_count() -> None:
    body = config(a="b")
    (taken,) = bodies(body)
    body["data"]["a"] = "c"
    assert taken["data"] == {"a": "b"}


def test_tuples_are_lists_and_words_of_an_enum_are_texts() -> None:
    class Color(str, Enum):
        RED = "red"

    (body,) = bodies({**config(), "spec": {"list": ("a", Color.RED)}})
    assert body["spec"] == {"list": ["a", "red"]}
    assert type(body["spec"]["list"][1]) is str


def test_a_list_of_kubernetes_is_taken_apart() -> None:
    inner = config(a="b")
    assert bodies({"apiVersion": "v1", "kind": "List", "items": [inner, inner]}) == [inner, inner]


def test_a_field_without_a_value_is_left_out() -> None:
    (body,) = bodies({**config(a=None), "spec": None})
    assert body == config(a="")


class _Token:
    def resolve(self, context: object) -> str:
        return "later"


GARBAGE = "cdk8s was given a value of the CDK that is known only at deploy time, and no text."
LOOP: dict[str, Any] = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}
LOOP["spec"] = LOOP


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (config(x=_Token()), "ConfigMap shop/a: data.x is a value of the CDK that is known only at deploy time, and no text."),
        (
            config(x="<unresolved-token>"),
            f"ConfigMap shop/a: data.x is '<unresolved-token>': {GARBAGE}",
        ),
        (
            config(x="<unresolved-lazy>"),
            f"ConfigMap shop/a: data.x is '<unresolved-lazy>': {GARBAGE}",
        ),
        (config(x={"producer": {}}), "ConfigMap shop/a: data.x is a Lazy of cdk8s, which cdk8s does not resolve here."),
        (
            config(x={"Fn::GetAtt": ["Bucket", "Arn"]}),
            "ConfigMap shop/a: data.x is 'Fn::GetAtt', the way in which a template writes what is known only at deploy time.",
        ),
        (config(x=["#{Token[List.1]}"]), "ConfigMap shop/a: data.x[0] is a list that is known only at deploy time."),
        (config(x=-1.8881545897087554e289), "ConfigMap shop/a: data.x is a number that is known only at deploy time."),
        (config(x=float("nan")), "ConfigMap shop/a: data.x is nan, which is no JSON."),
        (config(x={80: "http"}), "ConfigMap shop/a: data.x has the key 80, which is no text."),
        (config(x=b"raw"), "ConfigMap shop/a: data.x is of the type bytes, which is no JSON."),
        (LOOP, "ConfigMap a: spec.spec.spec has more than 100 mappings and lists in each other."),
        ({"kind": "ConfigMap"}, "has no apiVersion, as each Kubernetes object has."),
        ({"apiVersion": "v1"}, "has no kind, as each Kubernetes object has."),
        ({**config(), "metadata": "a"}, "has metadata that are no mapping."),
    ],
)
def test_what_could_not_be_applied_is_told(value: object, reason: str) -> None:
    assert told(value) == [reason]


def test_all_that_is_wrong_is_told() -> None:
    assert len(told(config(a=b"", b=b""))) == 2


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@with_random(JSON)
def test_nothing_raises(value: Any) -> None:
    list(given(value, HERE))
    list(given(config(x=value), HERE))
