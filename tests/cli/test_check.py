from __future__ import annotations

import json
import re
from typing import Any

import jsonschema
import pytest

from eks_ingress.checks.registry import BY_ID, CHECKS
from eks_ingress.report.remarks import Remark
from eks_ingress.report.sarif import sarif
from eks_ingress.source import Source
from tests.cli.conftest import LATE, SHOP, WRONG, Shell
from tests.manifests.assemblies import applied, template, write_assembly

NEVER = (
    "late.yaml:14: EKI101 warning: any host /* is never reached: rule 1, any host /* from late.yaml:11, takes all of its requests. "
    "Give the route a lower `order=` than the other's (in YAML, its Ingress a lower `group.order`), or take it out.\n"
)
REFUSED = (
    "wrong.yaml:7: EKI201 error: Ingress shop/wrong: annotation alb.ingress.kubernetes.io/scheme is 'public', and must be one of "
    "internal, internet-facing. Correct the value.\n"
)
REFUSAL = BY_ID["EKI201"]


def test_what_is_well_has_no_line(shell: Shell) -> None:
    shell.write("shop.yaml", SHOP)
    assert shell.run("check", "shop.yaml") == (0, "", "Nothing found.\n")


def test_a_warning_is_a_line_and_no_failure(shell: Shell) -> None:
    shell.write("late.yaml", LATE)
    assert shell.run("check", "late.yaml") == (0, NEVER, "1 warning.\n")


def test_an_error_is_a_line_and_a_failure(shell: Shell) -> None:
    shell.write("wrong.yaml", WRONG)
    assert shell.run("check", "wrong.yaml") == (1, REFUSED, "1 error.\n")


def test_lines_come_by_file_and_line(shell: Shell) -> None:
    shell.write("wrong.yaml", WRONG)
    shell.write("late.yaml", LATE)
    assert shell.run("check", "wrong.yaml", "late.yaml") == (1, NEVER + REFUSED, "1 error, 1 warning.\n")
    assert shell.run("check", ".") == (1, NEVER + REFUSED, "1 error, 1 warning.\n")


def test_a_template_of_an_app_that_is_nearly_full_is_told(shell: Shell) -> None:
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}
    others = {f"Bucket{n}": {"Type": "AWS::S3::Bucket"} for n in range(400)}
    write_assembly(shell.folder / "cdk.out", Shop=template(Objects=applied([config]), **others))
    code, out, err = shell.run("check")
    assert (code, err) == (0, "1 warning.\n")
    assert out.startswith(
        "cdk.out/Shop.template.json: EKI422 warning: the template of Shop has 401 resources, 80 % of 500. Make load balancers"
    )


def test_one_object_in_two_files_is_told_at_the_second(shell: Shell) -> None:
    shell.write("a.yaml", SHOP)
    shell.write("b.yaml", SHOP)
    code, out, _ = shell.run("check", ".")
    assert code == 1
    assert "b.yaml:1: EKI421 error: Ingress 'shop/shop' belongs to a.yaml:1 as well. Remove one of them" in out


def test_standard_input_is_read(shell: Shell) -> None:
    assert shell.run("check", "-", stdin=WRONG) == (1, REFUSED.replace("wrong.yaml", "<stdin>"), "1 error.\n")


def test_what_cannot_be_read_hides_nothing(shell: Shell) -> None:
    shell.write("wrong.yaml", "a: [\n", WRONG.replace("wrong", "worse"), "text\n")
    (shell.folder / "binary.yaml").write_bytes(b"\0\1")
    code, out, err = shell.run("check", "nowhere.yaml", "wrong.yaml", "binary.yaml")
    assert code == 2
    assert [re.sub(r": (did|expected).*", "", line) for line in out.splitlines()] == [
        "binary.yaml:1: error: is no text, but binary. Name the files that hold manifests.",
        "nowhere.yaml: error: cannot be read: No such file or directory. Check the name.",
        "wrong.yaml:2: error: is no YAML",
        REFUSED.replace("wrong.yaml:7", "wrong.yaml:9").replace("shop/wrong", "shop/worse").rstrip(),
        "wrong.yaml:14: error: is no Kubernetes object. Write an object, with apiVersion, kind and metadata, or remove it.",
    ]
    assert err == "1 error; 4 places could not be read.\n"


def test_what_kubernetes_would_not_take_is_an_error_and_hides_nothing(shell: Shell) -> None:
    broken = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a, namespace: shop}\nspec: {rules: 5}\n"
    shell.write("late.yaml", LATE, broken)
    code, out, _ = shell.run("check", "late.yaml")
    assert code == 1
    assert out == NEVER + (
        "late.yaml:21: EKI110 error: Ingress shop/a: spec.rules is 5, where Kubernetes takes a list. Write '- ' before each item.\n"
    )


def test_findings_that_are_meant_so_are_counted_only(shell: Shell) -> None:
    meant = 'metadata:\n  annotations: {eks-ingress/acknowledge.EKI101: "it moves next week"}\n'
    shell.write("late.yaml", LATE.replace("metadata:\n", meant))
    assert shell.run("check", "late.yaml") == (0, "", "Nothing found (1 acknowledged).\n")
    assert shell.json("check", "late.yaml") == {"findings": [], "unread": [], "acknowledged": 1}


def test_the_reasons_stand_below_the_lines_if_wanted(shell: Shell) -> None:
    shell.write("wrong.yaml", WRONG)
    shell.write("late.yaml", LATE)
    assert shell.run("check", ".", "--explain")[1].splitlines() == [
        NEVER.rstrip(),
        "    A load balancer tries its rules in order and takes the first that matches.",
        REFUSED.rstrip(),
        f"    {REFUSAL.why}",
        "    The controller says: unknown scheme: public",
    ]


@pytest.mark.parametrize("complete", [False, True])
def test_manifests_can_be_all_that_there_is(shell: Shell, complete: bool) -> None:
    shell.write("shop.yaml", SHOP)
    code, out, _ = shell.run("check", "shop.yaml", *(["--complete"] if complete else []))
    assert (code, "EKI301 error: " in out) == ((1, True) if complete else (0, False))


# As JSON.


def test_a_program_gets_all_that_is_known(shell: Shell) -> None:
    shell.write("wrong.yaml", WRONG, "5\n")
    assert shell.json("check", "wrong.yaml") == {
        "findings": [
            {
                "id": "EKI201",
                "severity": "error",
                "file": "wrong.yaml",
                "line": 7,
                "construct": None,
                "object": "Ingress shop/wrong",
                "message": REFUSED.partition("error: ")[2].removesuffix(" Correct the value.\n"),
                "why": REFUSAL.why,
                "remedy": "Correct the value.",
                "event": "unknown scheme: public",
            }
        ],
        "unread": [
            {
                "id": None,
                "severity": "error",
                "file": "wrong.yaml",
                "line": 12,
                "construct": None,
                "object": None,
                "message": "is no Kubernetes object.",
                "why": None,
                "remedy": "Write an object, with apiVersion, kind and metadata, or remove it.",
                "event": None,
            }
        ],
        "acknowledged": 0,
    }


# For GitHub Actions.


def test_github_gets_a_command_for_each_line(shell: Shell) -> None:
    shell.write("a,b: 100%.yaml", LATE, "5\n")
    code, out, err = shell.run("check", "a,b: 100%.yaml", "--format", "github")
    assert out == (
        "::warning file=a%2Cb%3A 100%25.yaml,line=14,title=EKI101::any host /* is never reached: rule 1, any host /* from "
        "a,b: 100%25.yaml:11, takes all of its requests. Give the route a lower `order=` than the other's (in YAML, its Ingress a "
        "lower `group.order`), or take it out.\n"
        "::error file=a%2Cb%3A 100%25.yaml,line=18,title=cannot be read::is no Kubernetes object. "
        "Write an object, with apiVersion, kind and metadata, or remove it.\n"
    )
    assert (code, err) == (2, "1 warning; 1 place could not be read.\n")


def test_github_gets_the_reasons_if_wanted(shell: Shell) -> None:
    shell.write("wrong.yaml", WRONG)
    _, plain, _ = shell.run("check", "wrong.yaml", "--format", "github")
    _, out, _ = shell.run("check", "wrong.yaml", "--format", "github", "--explain")
    assert out.startswith(plain.rstrip("\n"))
    assert f"%0A    {REFUSAL.why}%0A    The controller says: " in out


def test_a_command_without_a_line_says_where_it_is_in_its_text(shell: Shell) -> None:
    _, out, _ = shell.run("check", "nowhere.yaml", "--format", "github")
    assert out == ("::error title=cannot be read::nowhere.yaml: cannot be read: No such file or directory. Check the name.\n")


# As SARIF.

TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
LOCATION = {
    "type": "object",
    "properties": {
        "physicalLocation": {
            "type": "object",
            "required": ["artifactLocation"],
            "properties": {
                "artifactLocation": {"type": "object", "required": ["uri"], "properties": {"uri": {"type": "string"}}},
                "region": {"type": "object", "properties": {"startLine": {"type": "integer", "minimum": 1}}},
            },
        },
        "logicalLocations": {"type": "array", "items": {"type": "object"}},
    },
    "additionalProperties": False,
}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
SCHEMA = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "$schema": {"type": "string"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool"],
                "properties": {
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
                        },
                    },
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["message", "ruleId"],
                            "properties": {
                                "message": TEXT,
                                "level": LEVEL,
                                "ruleIndex": {"type": "integer", "minimum": -1},
                                "locations": {"type": "array", "items": LOCATION},
                                "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
                            },
                        },
                    },
                },
            },
        },
    },
}
"""What SARIF 2.1.0 asks of the parts that are written."""


def valid(text: str) -> Any:
    """The only run of a log that is as the standard wants it."""
    log = json.loads(text)
    jsonschema.validate(log, SCHEMA)
    (run,) = log["runs"]
    return run


def test_sarif_has_the_findings_with_their_rules(shell: Shell) -> None:
    shell.write("wrong.yaml", WRONG)
    shell.write("late.yaml", LATE)
    run = valid(shell.run("check", ".", "--format", "sarif")[1])
    assert [result["ruleId"] for result in run["results"]] == ["EKI101", "EKI201"]
    warning, error = run["results"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [check.id for check in CHECKS]
    assert rules[error["ruleIndex"]] == {
        "id": "EKI201",
        "name": "Unreadable",
        "shortDescription": {"text": "The controller cannot read an annotation"},
        "fullDescription": {"text": REFUSAL.why},
        "help": {
            "text": f"{REFUSAL.why} Correct the value.",
            "markdown": f"{REFUSAL.why}\n\nCorrect the value.",
        },
        "defaultConfiguration": {"level": "error"},
    }
    assert (warning["level"], error["level"]) == ("warning", "error")
    assert error["message"]["text"].endswith("must be one of internal, internet-facing. Correct the value.")
    assert error["locations"] == [
        {
            "physicalLocation": {"artifactLocation": {"uri": "wrong.yaml"}, "region": {"startLine": 7}},
            "logicalLocations": [{"fullyQualifiedName": "Ingress shop/wrong", "kind": "object"}],
        }
    ]
    assert run["invocations"] == [{"executionSuccessful": True}]


def test_a_finding_keeps_its_fingerprint_when_lines_move(shell: Shell) -> None:
    def fingerprints(*texts: str) -> list[str]:
        shell.write("wrong.yaml", *texts)
        run = valid(shell.run("check", "wrong.yaml", "--format", "sarif")[1])
        return [result["partialFingerprints"]["eksIngress/v1"] for result in run["results"]]

    (before,) = fingerprints(WRONG)
    assert fingerprints(f"# moved\n{WRONG}") == [before]
    assert len({*fingerprints(WRONG, WRONG.replace("shop/wrong", "shop/worse").replace("name: wrong", "name: worse")), before}) == 2


def test_sarif_tells_what_could_not_be_read(shell: Shell) -> None:
    run = valid(shell.run("check", "no where.yaml", "--format", "sarif")[1])
    assert run["results"] == []
    assert run["invocations"] == [
        {
            "executionSuccessful": False,
            "toolExecutionNotifications": [
                {
                    "level": "error",
                    "message": {"text": "cannot be read: No such file or directory. Check the name."},
                    "locations": [{"physicalLocation": {"artifactLocation": {"uri": "no%20where.yaml"}}}],
                }
            ],
        }
    ]


@pytest.mark.parametrize(
    ("source", "location"),
    [
        (Source(), {}),
        (Source(file="<stdin>", line=3), {}),
        (Source("Shop/Web"), {"logicalLocations": [{"fullyQualifiedName": "Shop/Web", "kind": "object"}]}),
        (
            Source("Shop/Web", "/app/shop stack.py", 3),
            {
                "physicalLocation": {"artifactLocation": {"uri": "file:///app/shop%20stack.py"}, "region": {"startLine": 3}},
                "logicalLocations": [{"fullyQualifiedName": "Shop/Web", "kind": "object"}],
            },
        ),
    ],
)
def test_a_place_in_sarif_is_a_file_or_a_construct(source: Source, location: Any) -> None:
    (result,) = valid(sarif((), [Remark("EKI999", "error", "It is wrong.", "Mend it.", source)], (), "1.0"))["results"]
    assert result.get("locations", [{}]) == [location]


def test_two_findings_with_the_same_words_have_two_fingerprints() -> None:
    remarks = [Remark("EKI999", "error", "It is wrong.", "Mend it.", Source(file="a.yaml", line=line)) for line in (1, 2)]
    one, two = (result["partialFingerprints"] for result in valid(sarif((), remarks, (), "1.0"))["results"])
    assert one != two


# Of a synthesized app, and with characters that have a meaning.


@pytest.mark.parametrize(
    ("source", "place"),
    [
        (Source("Shop/Web"), "Shop/Web"),
        (Source("Shop/Web", "cdk.out/Shop.template.json"), "Shop/Web"),
        (Source("Shop/Web", "shop/stack.py", 41), "shop/stack.py:41"),
        (Source(file="a.yaml", line=3), "a.yaml:3"),
        (Source(file="a.yaml"), "a.yaml"),
        (Source(), "(unknown place)"),
    ],
)
def test_a_place_is_a_line_or_else_a_construct(source: Source, place: str) -> None:
    assert Remark("EKI999", "error", "It is wrong.", "Mend it.", source).line == f"{place}: EKI999 error: It is wrong. Mend it."


def test_a_finding_is_a_line_whatever_it_holds(shell: Shell) -> None:
    shell.write("wrong.yaml", WRONG.replace("scheme: public", r'scheme: "a\nb\e[2J"').replace("name: wrong", r'name: "a\nb"'))
    _, out, _ = shell.run("check", "wrong.yaml")
    assert "\x1b" not in out
    assert all(re.match(r"wrong\.yaml:\d+: EKI\d+ error: ", line) for line in out.splitlines())
