from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from inspect import signature
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import eks_ingress
from eks_ingress.annotations import catalogue
from eks_ingress.annotations.catalogue import ALL, SECTIONS, Annotation, Merge, Place, find
from eks_ingress.annotations.grammar import (
    Anything,
    Bool,
    Grammar,
    Int,
    Json,
    List,
    ListOf,
    MapOf,
    Maybe,
    Number,
    Object,
    OneOf,
    Shape,
    Str,
    StringMap,
    Text,
    TextOrNumber,
    YesNo,
)
from eks_ingress.controller.features import Feature
from eks_ingress.routing.names import PREFIX

each_row = pytest.mark.parametrize("row", ALL, ids=lambda row: row.name)

# What every row keeps.


def test_each_annotation_has_one_row() -> None:
    assert len({row.name for row in ALL}) == len(ALL) == 72


def test_a_constant_has_the_name_of_its_annotation() -> None:
    for constant, row in vars(catalogue).items():
        if isinstance(row, Annotation):
            stem = row.name.partition("${")[0].rstrip(".")
            assert constant == stem.upper().replace("-", "_").replace(".", "_")


@each_row
def test_a_row_says_since_when_it_is(row: Annotation) -> None:
    assert re.fullmatch(r"[23]\.[0-9]+\.[0-9]+", row.since)
    assert (2, 0, 0) <= tuple(map(int, row.since.split("."))) <= (3, 5, 0)


@each_row
def test_a_row_names_a_feature_that_there_is(row: Annotation) -> None:
    assert row.feature is None or row.feature in Feature.__members__


@each_row
def test_the_name_of_an_annotation_fits_into_kubernetes(row: Annotation) -> None:
    assert re.fullmatch(r"[a-z](?:[a-z0-9.-]|\$\{[a-z]+\})+", row.name)
    assert len(row.name.partition("${")[0]) < 63


@each_row
def test_what_else_is_to_know_is_a_sentence(row: Annotation) -> None:
    assert row.note == row.note.strip()
    assert row.note == "" or row.note.endswith(".")


def test_a_service_says_what_is_for_a_backend_and_its_tags() -> None:
    on_services = {row for row in ALL if Place.SERVICE in row.on}
    assert on_services == {row for row in ALL if row.merge is Merge.PER_BACKEND} | {catalogue.TAGS}


def test_all_annotations_stand_on_an_ingress() -> None:
    assert all(Place.INGRESS in row.on for row in ALL)


def test_one_annotation_names_the_group() -> None:
    assert [row.name for row in ALL if row.merge is Merge.GROUP] == ["group.name"]


def test_one_annotation_is_written_by_the_controller() -> None:
    assert [row.name for row in ALL if row.written_by_controller] == ["dry-run-plan"]
    assert [row.name for row in ALL if row.merge is Merge.NONE] == ["dry-run-plan"]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (catalogue.GROUP_NAME, "group.name"),
        (catalogue.SCHEME, "scheme"),
        (catalogue.LOAD_BALANCER_ATTRIBUTES, "loadBalancerAttributes"),
        (catalogue.MINIMUM_LOAD_BALANCER_CAPACITY, "minimumLoadBalancerCapacity.capacityUnits"),
        (catalogue.IPAM_IPV4_POOL_ID, "ipamConfiguration.ipv4IPAMPoolId"),
        (catalogue.SECURITY_GROUP_PREFIX_LISTS, "prefixListsIDs"),
        (catalogue.WAFV2_ACL_ARN, "wafv2AclArn"),
        (catalogue.GROUP_ORDER, None),
        (catalogue.SECURITY_GROUPS, None),
        (catalogue.LISTEN_PORTS, None),
    ],
)
def test_a_class_of_ingresses_goes_before_some_annotations(row: Annotation, field: str | None) -> None:
    assert row.overridden_by == field


@pytest.mark.parametrize(
    ("row", "feature"),
    [
        (catalogue.WAFV2_ACL_ARN, Feature.WAFV2),
        (catalogue.WAFV2_ACL_NAME, Feature.WAFV2_BY_NAME),
        (catalogue.WAF_ACL_ID, Feature.WAF_CLASSIC),
        (catalogue.WEB_ACL_ID, Feature.WAF_CLASSIC),
        (catalogue.SHIELD_ADVANCED_PROTECTION, Feature.SHIELD),
        (catalogue.AUTH_IDP_COGNITO, Feature.COGNITO),
        (catalogue.CREATE_ACM_CERT, Feature.CERTIFICATE_CREATION),
        (catalogue.ACM_PCA_ARN, Feature.CERTIFICATE_CREATION),
        (catalogue.CUSTOMER_OWNED_IPV4_POOL, Feature.CUSTOMER_OWNED_IP),
        (catalogue.IPAM_IPV4_POOL_ID, Feature.IPAM),
        (catalogue.MINIMUM_LOAD_BALANCER_CAPACITY, Feature.CAPACITY_RESERVATION),
    ],
)
def test_some_annotations_need_more_permissions(row: Annotation, feature: Feature) -> None:
    assert row.feature == feature.name


# Typed names.


@each_row
def test_the_typed_name_of_an_annotation_is_a_field_of_a_public_class(row: Annotation) -> None:
    name, field = row.word.split(".")
    assert name in eks_ingress.__all__
    assert field in {known.name for known in fields(getattr(eks_ingress, name))}


def test_what_is_said_of_a_load_balancer_has_the_same_name_where_one_is_added() -> None:
    said = {field.name for field in fields(eks_ingress.LoadBalancerSettings)}
    assert said < set(signature(eks_ingress.ApplicationLoadBalancer.__init__).parameters)
    assert said < set(signature(eks_ingress.EksIngress.add_load_balancer).parameters)


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (catalogue.GROUP_NAME, "Ingress.group_name"),
        (catalogue.SCHEME, "LoadBalancerSettings.scheme"),
        (catalogue.WEB_ACL_ID, "WafClassic.old_name"),
        (catalogue.CERTIFICATE_ARN, "Listener.certificates"),
        (catalogue.ACTIONS, "IngressPath.backend"),
        (catalogue.HEALTHCHECK_PATH, "HealthCheck.path"),
        (catalogue.FRONTEND_NLB_HEALTHCHECK_PATH, "FrontendNlb.health_check"),
        (catalogue.DRY_RUN_PLAN, "ControllerOptions.feature_gates"),
    ],
)
def test_what_a_user_writes_instead(row: Annotation, word: str) -> None:
    assert row.word == word


# Sections.


def test_each_annotation_is_in_one_section() -> None:
    assert [row for rows in SECTIONS.values() for row in rows] == list(ALL)


def test_a_section_has_what_belongs_together() -> None:
    assert list(SECTIONS) == [
        "Group",
        "Load balancer",
        "Listeners",
        "Routing",
        "Targets",
        "Authentication",
        "Frontend NLB",
        "Certificates",
        "Internal",
    ]
    assert [row.name for row in SECTIONS["Routing"]] == [
        "actions.${name}",
        "conditions.${name}",
        "transforms.${name}",
        "use-regex-path-match",
    ]
    assert {row.name for row in SECTIONS["Frontend NLB"]} == {row.name for row in ALL if "frontend-nlb" in row.name}
    assert {row.name for row in SECTIONS["Internal"]} == {row.name for row in ALL if row.written_by_controller}


# Keys.


@pytest.mark.parametrize(
    ("key", "row"),
    [
        ("scheme", catalogue.SCHEME),
        ("group.name", catalogue.GROUP_NAME),
        ("tags", catalogue.TAGS),
        ("frontend-nlb-tags", catalogue.FRONTEND_NLB_TAGS),
        ("actions.old", catalogue.ACTIONS),
        ("actions.a.b-c", catalogue.ACTIONS),
        ("conditions.web", catalogue.CONDITIONS),
        ("transforms.web", catalogue.TRANSFORMS),
        ("listener-attributes.HTTPS-443", catalogue.LISTENER_ATTRIBUTES),
        ("target-control-port.web.80", catalogue.TARGET_CONTROL_PORT),
        ("target-control-port.web.http", catalogue.TARGET_CONTROL_PORT),
        ("target-control-port.web", None),
        ("actions", None),
        ("actions.", None),
        ("groupxname", None),
        ("Scheme", None),
        ("scheme.x", None),
        ("schemes", None),
    ],
)
def test_an_annotation_is_found_by_its_key(key: str, row: Annotation | None) -> None:
    assert find(PREFIX + key) is row
    assert [found for found in ALL if found.is_at(PREFIX + key)] == ([] if row is None else [row])


@pytest.mark.parametrize("key", ["scheme", "example.com/scheme", "kubernetes.io/ingress.class", PREFIX, ""])
def test_the_key_of_others_is_no_annotation(key: str) -> None:
    assert find(key) is None


@each_row
def test_a_row_is_found_by_its_own_key(row: Annotation) -> None:
    key = row.key(**{part: f"{part}-1" for part in re.findall(r"\$\{(\w+)\}", row.name)})
    assert key.startswith(PREFIX)
    assert find(key) is row


def test_what_a_user_chooses_stands_in_the_key() -> None:
    assert catalogue.SCHEME.key() == "alb.ingress.kubernetes.io/scheme"
    assert catalogue.ACTIONS.key(name="old") == "alb.ingress.kubernetes.io/actions.old"
    assert catalogue.TARGET_CONTROL_PORT.key(port="80", service="web") == "alb.ingress.kubernetes.io/target-control-port.web.80"
    assert catalogue.ACTIONS.key(name="${name}") == "alb.ingress.kubernetes.io/actions.${name}"


@pytest.mark.parametrize("chosen", [{}, {"action": "old"}, {"name": "old", "port": "80"}])
def test_a_key_with_other_parts_is_a_mistake(chosen: dict[str, str]) -> None:
    with pytest.raises(TypeError, match=r"^the key of actions\.\$\{name\} needs \['name'\], not "):
        catalogue.ACTIONS.key(**chosen)


# What is written reads back the same.

TOKENS = ["${Token[TOKEN.12]}", "${Token[AWS.Region.4]}", "${Token[my-stack:Bucket_Arn.101]}"]
TEXTS: st.SearchStrategy[str] = st.lists(
    st.text(max_size=8) | st.text("ab,\\= \"'{}[]$#:/*\u00e4\n", max_size=8) | st.sampled_from(TOKENS), max_size=4
).map("".join)
SOME_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


def numbers(bits: int) -> st.SearchStrategy[int]:
    return st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


def values(grammar: Grammar[Any]) -> st.SearchStrategy[Any]:
    """Whatever a grammar can write."""
    trimmed = TEXTS.map(str.strip)
    match grammar:
        case Str():
            return TEXTS
        case Bool():
            return st.booleans()
        case Int(bits):
            return numbers(bits)
        case OneOf(words):
            return st.sampled_from([*words, *TOKENS])
        case List():
            return st.lists(TEXTS.map(lambda text: text.replace(",", "").strip()).filter(bool), max_size=4)
        case StringMap():
            keys = TEXTS.map(lambda text: text.replace("=", "").strip()).filter(bool)
            return st.dictionaries(keys, trimmed, max_size=4)
        case Json(shape):
            return documents(shape)
    raise AssertionError(grammar)


def documents(shape: Shape) -> st.SearchStrategy[Any]:
    """Whatever a shape can hold."""
    match shape:
        case Text():
            return TEXTS
        case Number():
            return numbers(32)
        case YesNo():
            return st.booleans()
        case TextOrNumber():
            return TEXTS | numbers(32)
        case Maybe(inner):
            return documents(inner)
        case Object(fields):
            return st.fixed_dictionaries({}, optional={name: documents(field) for name, field in fields.items()})
        case ListOf(entry):
            return st.lists(documents(entry), max_size=3)
        case MapOf(entry):
            return st.dictionaries(TEXTS, documents(entry), max_size=3)
        case Anything():
            return SOME_JSON
    raise AssertionError(shape)


def tokens_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from tokens_in(key)
            yield from tokens_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from tokens_in(inner)
    elif isinstance(value, str):
        yield from (token for token in TOKENS if token in value)


@each_row
@settings(deadline=None, derandomize=True, max_examples=40)
@given(data=st.data())
def test_a_value_reads_back_as_it_was_written_and_its_tokens_stand_unharmed(row: Annotation, data: st.DataObject) -> None:
    value = data.draw(values(row.grammar))
    text = row.grammar.encode(value)
    assert row.grammar.decode(text) == value
    assert all(token in text for token in tokens_in(value))
