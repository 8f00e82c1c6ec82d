from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from eks_ingress.controller.chart_values import KNOWN_VERSION, OWNED, VALUES, Kind, paths
from eks_ingress.controller.gates import GATES
from eks_ingress.controller.values import Merged, merge
from tests.chart import WITHOUT_CHART, real_chart
from tests.routing.refusals import refusals

ONLY_IN_TEMPLATES = {
    "annotations",
    "autoscaling.autoscaleBehavior",
    "certManagement.defaultPCAARN",
    "certManager.issuerRef",
    "creator",
    "envFrom",
    "envSecretName",
}
"""Values that the chart reads though its values.yaml lists them as comments or not at all."""


def test_mappings_are_merged_and_all_else_is_replaced() -> None:
    ours = {"resources": {"requests": {"cpu": "1", "memory": "1Gi"}}, "tolerations": [{"key": "a"}], "replicaCount": 2}
    theirs = {
        "resources": {"requests": {"cpu": "2"}, "limits": {"cpu": "4"}},
        "tolerations": [{"key": "b"}],
        "revisionHistoryLimit": 3,
    }
    assert merge(ours, theirs) == Merged(
        {
            "resources": {"requests": {"cpu": "2", "memory": "1Gi"}, "limits": {"cpu": "4"}},
            "tolerations": [{"key": "b"}],
            "replicaCount": 2,
            "revisionHistoryLimit": 3,
        }
    )
    assert ours["resources"] == {"requests": {"cpu": "1", "memory": "1Gi"}}


def test_a_disruption_budget_is_replaced_since_kubernetes_takes_only_one_of_its_fields() -> None:
    merged = merge({"podDisruptionBudget": {"maxUnavailable": 1}}, {"podDisruptionBudget": {"minAvailable": 1}})
    assert merged.values == {"podDisruptionBudget": {"minAvailable": 1}}


def test_tuples_become_the_lists_that_cdk_takes() -> None:
    assert merge({}, {"externalManagedTags": ("a", "b")}).values == {"externalManagedTags": ["a", "b"]}


@pytest.mark.parametrize("path", OWNED)
def test_what_the_construct_owns_is_refused_with_what_to_write_instead(path: str) -> None:
    values: Any = "x"
    for key in reversed(path.split(".")):
        values = {key: values}
    assert refusals(lambda: merge({}, values)) == [(f"chart value {path!r} belongs to EksIngress.", OWNED[path])]


def test_what_is_owned_is_known() -> None:
    assert set(OWNED) <= set(paths())


UNKNOWN: dict[str, tuple[dict[str, Any], str, str]] = {
    "letters": ({"podDisruptionBugdet": {}}, "podDisruptionBugdet", "Did you mean 'podDisruptionBudget'?"),
    "case": ({"enableWafV2": False}, "enableWafV2", "Did you mean 'enableWafv2'?"),
    "below": ({"serviceMonitor": {"intervall": "1m"}}, "serviceMonitor.intervall", "Did you mean 'serviceMonitor.interval'?"),
    "mended": (
        {"webhookConfig": {"ingressValidationFailurePolicy": "Ignore"}},
        "webhookConfig.ingressValidationFailurePolicy",
        "Did you mean 'webhookConfig.ingressValdationFailurePolicy'?",
    ),
    "dotted": ({"rbac.create": False}, "rbac.create", "Write it nested: {'rbac': {'create': …}}."),
    "elsewhere": (
        {"featureGates": {}},
        "featureGates",
        "Did you mean 'controllerConfig.featureGates', nested: {'controllerConfig': {'featureGates': …}}?",
    ),
    "nowhere": ({"xyz": 1}, "xyz", "Look it up in the chart's values.yaml."),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_the_chart_would_ignore_is_refused_with_the_likely_name(name: str) -> None:
    values, path, remedy = UNKNOWN[name]
    assert refusals(lambda: merge({}, values)) == [
        (f"chart value {path!r} is unknown to chart 3.5.0, which would ignore it.", remedy),
    ]


def test_for_another_chart_unknown_keys_and_gates_are_told_and_kept() -> None:
    values = {"new": {"key": 1}, "controllerConfig": {"featureGates": {"NewGate": True, "EnableTCPUDPListener": True}}}
    assert merge({"replicaCount": 2}, values, version="3.6.0") == Merged(
        {"replicaCount": 2, **values}, ("new", "controllerConfig.featureGates.NewGate")
    )


MISREAD: dict[str, tuple[dict[str, Any], str, str]] = {
    "quoted flag": (
        {"enableBackendSecurityGroup": "false"},
        "chart value enableBackendSecurityGroup = 'false' is text, and the chart ignores text where it expects true or false.",
        "Write False, unquoted.",
    ),
    "quoted flag below": ({"autoscaling": {"enabled": "True"}}, "autoscaling.enabled = 'True' is text", "Write True, unquoted."),
    "number as flag": ({"hostNetwork": 1}, "hostNetwork = 1 is neither True nor False", "Write True or False."),
    "null": ({"affinity": None}, "'affinity' is None, which CDK leaves out", "Leave it out"),
    "null below": ({"affinity": {"nodeAffinity": [{"a": None}]}}, "'affinity.nodeAffinity[0].a' is None", "Leave it out"),
    "flag as number": ({"revisionHistoryLimit": True}, "revisionHistoryLimit = True is no whole number", "Write one."),
    "words as number": ({"awsMaxRetries": "ten"}, "awsMaxRetries = 'ten' is no whole number", "Write one."),
    "large number": (
        {"maxTargetsPerTargetGroup": 1_000_000},
        "is a number that Helm would write as 1e+06",
        "Write '1000000', in quotes.",
    ),
    "large number in env": ({"env": {"ACCOUNT": 111122223333}}, "env.ACCOUNT = 111122223333 is a number", "Write '111122223333'"),
    "quotation mark in env": ({"env": {"A": '"'}}, "env.A = '\"' has a quotation mark", "Put it into a ConfigMap"),
    "list in env": ({"env": {"A": []}}, "env.A = [] is no text", "Write text."),
    "number as text": ({"logLevel": 1}, "logLevel = 1 is no text", "Write '1', in quotes."),
    "text as list": ({"externalManagedTags": "a,b"}, "externalManagedTags = 'a,b' is no list", "Write it as […]."),
    "list as map": ({"affinity": []}, "affinity = [] is no mapping", "Write it as {…}."),
    "text as section": ({"autoscaling": True}, "autoscaling = True is no mapping", "Write {'enabled': …}."),
    "flag as label": ({"podLabels": {"a": True}}, "podLabels.a = True is no text", "Write 'true', in quotes."),
    "object": ({"affinity": {"a": object}}, "is nothing that JSON has", "Write text"),
    "number as key": ({"affinity": {1: "a"}}, "affinity = 1 as a key is no text", "Write it in quotes."),
    "gate": (
        {"controllerConfig": {"featureGates": {"EnableRgtApi": True}}},
        "feature gate in chart value 'controllerConfig.featureGates', 'EnableRgtApi' is unknown to controller 3.5.0",
        "Did you mean 'EnableRGTAPI'?",
    ),
    "tag": ({"defaultTags": {"a": 1}}, "value of the default tag 'a', 1 is no text", "Write up to 256"),
}


@pytest.mark.parametrize("name", MISREAD)
def test_what_the_chart_would_misread_is_refused(name: str) -> None:
    values, reason, remedy = MISREAD[name]
    ((found, told),) = refusals(lambda: merge({}, values))
    assert reason in found
    assert told.startswith(remedy)


def test_all_that_is_wrong_is_refused_at_once() -> None:
    found = refusals(
        lambda: merge({}, {"clusterName": "a", "enableBackendSecurityGroup": "false", "replicas": 3, "affinity": None})
    )
    assert len(found) == 4


def test_tokens_pass_wherever_text_or_numbers_do() -> None:
    values = {"backendSecurityGroup": "${Token[Group.1]}", "awsMaxRetries": -1.8881545897087e289, "hostNetwork": "${Token[Flag.2]}"}
    assert merge({}, values).values == values


def leaves(document: dict[str, Any], table: Any, above: str = "") -> set[str]:
    """The paths of a values.yaml, as deep as the table goes."""
    found: set[str] = set()
    for key, value in document.items():
        found.add(above + key)
        below = table.get(key) if isinstance(table, dict) else None
        if isinstance(below, dict):
            found |= leaves(value or {}, below, f"{above}{key}.")
    return found


@pytest.fixture
def chart() -> Path:
    found = real_chart()
    if found is None:
        pytest.skip(WITHOUT_CHART)
    return found


@pytest.mark.chart
@pytest.mark.known_chart
def test_the_table_is_that_of_the_real_chart(chart: Path) -> None:
    real = leaves(yaml.safe_load((chart / "values.yaml").read_text("utf-8")), VALUES)
    assert set(paths()) - ONLY_IN_TEMPLATES == real
    templates = "".join(file.read_text("utf-8") for file in (chart / "templates").iterdir())
    read = {path.rstrip(".") for path in re.findall(r"\.Values\.([A-Za-z0-9.]+)", templates)}
    assert read - {"controllerConfig.featureGates.GlobalAcceleratorController"} <= set(paths())
    assert read >= ONLY_IN_TEMPLATES


@pytest.mark.chart
def test_the_kinds_are_those_of_the_real_chart(chart: Path) -> None:
    values = yaml.safe_load((chart / "values.yaml").read_text("utf-8"))
    templates = (chart / "templates" / "deployment.yaml").read_text("utf-8")
    flags = set(re.findall(r'kindIs "bool" \.Values\.(\w+)', templates))
    assert {key for key in flags if VALUES[key] is not Kind.FLAG} == set()
    expected: dict[Kind, type | tuple[type, ...]] = {Kind.FLAG: bool, Kind.NUMBER: int, Kind.TEXT: str, Kind.LIST: list}
    for path in paths():
        kind: Any = VALUES
        value: Any = values
        for key in path.split("."):
            kind = kind[key]
            value = (value or {}).get(key)
        if value is not None:
            assert isinstance(value, expected.get(kind, dict) if isinstance(kind, Kind) else dict), path


@pytest.mark.chart
@pytest.mark.known_chart
def test_the_gates_are_those_that_the_real_chart_shows(chart: Path) -> None:
    text = (chart / "values.yaml").read_text("utf-8")
    shown = dict(re.findall(r"^  # (\w+): (true|false)$", text[text.index("featureGates:") :], re.MULTILINE))
    assert {name: value == "true" for name, value in shown.items()} == GATES
    assert KNOWN_VERSION in (chart / "Chart.yaml").read_text("utf-8")
