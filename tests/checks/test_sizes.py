from __future__ import annotations

import pytest

from eks_ingress.checks.check import Severity
from eks_ingress.checks.sizes import FULL
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.manifests.sizes import UNKNOWN, Filling
from eks_ingress.source import Source
from tests.checks.objects import Case, findings, messages

IN_APP = Source("Shop/Ingress/Settings", "settings.yaml", 1)
IN_FILE = Source(file="settings.yaml", line=1)


def config(text: str, source: Source = IN_APP) -> Manifest:
    return Manifest(
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "b"}, "data": {"x": text}}, source
    )


REST = 94
"""How many characters such an object has beside its text."""

CASES = {
    "EKI420": Case(
        config("x" * 129_000),
        config("x" * 128_900),
        "ConfigMap b/a has 129,094 characters, which make an event of some 262,340 bytes.",
    ),
}


def test_it_is_found_and_what_is_near_is_not() -> None:
    CASES["EKI420"].hold("EKI420")


@pytest.mark.parametrize("text", ['"', "\\", "\n", "é"])
def test_what_json_writes_with_more_bytes_counts_so(text: str) -> None:
    # Within JSON within JSON a quotation mark has four characters: three backslashes before it.
    each = {'"': 4, "\\": 4, "\n": 3, "é": 2}[text]
    room = 262_144 // 2 - 2_048 - REST - 40
    assert messages("EKI420", config(text * (room // each))) == []
    assert len(messages("EKI420", config(text * (room // each + 100)))) == 1


def test_a_token_counts_as_a_hundred_characters() -> None:
    assert UNKNOWN == 100
    assert messages("EKI420", config("${Token[Arn.1]}" * 1_280)) == []
    assert len(messages("EKI420", config("${Token[Arn.1]}" * 1_300))) == 1
    assert messages("EKI420", config("${DS_PROMETHEUS}" * 1_300)) == []  # somebody else's variable


def test_what_need_not_go_through_cloudformation_has_the_limit_of_kubectl() -> None:
    assert messages("EKI420", config("x" * 250_000, IN_FILE)) == []
    (found,) = (x for x in findings(config("x" * 262_144, IN_FILE)) if x.id == "EKI420")
    assert found.message == "ConfigMap b/a has 262,238 characters, which make annotations of 262,287 bytes."
    assert found.severity is Severity.WARNING


@pytest.mark.parametrize(
    ("resources", "size", "least", "told"),
    [
        (399, 799_999, 0, []),
        (400, 1, 1, [("warning", "the template of Shop has 400 resources, 80 % of 500.")]),
        (500, 1, 1, [("warning", "the template of Shop has 500 resources, 100 % of 500.")]),
        (501, 1, 1, [("error", "the template of Shop has 501 resources, more than the 500 that there may be.")]),
        (1, 800_000, 800_000, [("warning", "the template of Shop has 800,000 bytes, 80 % of 1,000,000.")]),
        (1, 800_000, 7, [("warning", "the template of Shop has about 800,000 bytes, 80 % of 1,000,000.")]),
        (
            1,
            1_000_001,
            999_999,
            [("warning", "the template of Shop has about 1,000,001 bytes, more than the 1,000,000 that there may be.")],
        ),
        (
            1,
            1_000_002,
            1_000_001,
            [("error", "the template of Shop has about 1,000,002 bytes, more than the 1,000,000 that there may be.")],
        ),
    ],
)
def test_a_template_that_is_nearly_full_is_told_in_time(resources: int, size: int, least: int, told: list[tuple[str, str]]) -> None:
    found = FULL.of(Filling("Shop", resources, size, least, IN_APP))
    assert [(x.severity.value, x.message) for x in found] == told


def test_resources_and_bytes_are_told_apart() -> None:
    assert len(list(FULL.of(Filling("Shop", 450, 900_000, 900_000, IN_APP)))) == 2
