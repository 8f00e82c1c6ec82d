from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli.conftest import LATE, SHOP, WRONG, Shell

CERTIFICATE = "arn:aws:acm:eu-west-1:111122223333:certificate/12345678"
TEXT = f"""\
Load balancer public, internet-facing
  made of Ingress shop/shop
  subnets  subnet-0a, subnet-0b

  HTTP 80  redirect 301 to https://#{{host}}:443/#{{path}}?#{{query}}

  HTTPS 443
    certificate {CERTIFICATE}
    rule  host              path          then
    1     shop.example.com  /checkout     Service shop/new:80 (10), shop/old:80 (90) (ip targets)
    2     shop.example.com  /api, /api/*  Service shop/api:8080 (ip targets)
    3     shop.example.com  /*            Service shop/storefront:80 (ip targets)
    else  any               any           answer 404
"""


def test_a_plan_is_shown_for_people(shell: Shell) -> None:
    shell.write("shop.yaml", SHOP)
    assert shell.run("plan", "shop.yaml") == (0, TEXT, "")


def test_standard_input_is_read(shell: Shell) -> None:
    assert shell.run("plan", "-", stdin=SHOP) == (0, TEXT, "")


def test_the_cluster_has_a_say_in_names(shell: Shell) -> None:
    shell.write("shop.yaml", SHOP)
    _, out, _ = shell.run("plan", "shop.yaml", "--cluster-name", "prod")
    assert out.splitlines()[2] == "  name     k8s-public-1946ec9e92"


def test_warnings_and_errors_stand_below(shell: Shell) -> None:
    shell.write("a.yaml", LATE, WRONG)
    code, out, err = shell.run("plan", "a.yaml")
    assert (code, err) == (1, "")
    assert out.startswith("Load balancer shop/late, internal\n")
    assert "\n\nEKI101 warning  a.yaml:14\n    any host /* is never reached: " in out
    assert "\n\nEKI201 error  a.yaml:24\n    Ingress shop/wrong: annotation " in out


def test_a_warning_is_no_failure(shell: Shell) -> None:
    shell.write("late.yaml", LATE)
    assert shell.run("plan", "late.yaml")[0] == 0


def test_what_cannot_be_read_hides_nothing(shell: Shell) -> None:
    shell.write("shop.yaml", SHOP, "5\n")
    code, out, err = shell.run("plan", "shop.yaml", "nowhere.yaml")
    assert (code, out) == (2, TEXT)
    assert err.splitlines()[0].startswith("shop.yaml:34: error: is no Kubernetes object.")
    assert err.splitlines()[1] == "nowhere.yaml: error: cannot be read: No such file or directory. Check the name."


def test_nothing_is_shown_where_nothing_could_be_read(shell: Shell) -> None:
    assert shell.run("plan", "nowhere.yaml") == (
        2,
        "",
        "nowhere.yaml: error: cannot be read: No such file or directory. Check the name.\n",
    )
    shell.write("empty.yaml", "# nothing\n")
    assert shell.run("plan", "empty.yaml") == (0, "No load balancer.\n", "")


def test_a_program_gets_the_controllers_own_format(shell: Shell) -> None:
    shell.write("a.yaml", SHOP, WRONG)
    found = shell.json("plan", "a.yaml", "--cluster-name", "prod")
    assert set(found) == {"load_balancers", "network_load_balancers", "target_group_bindings", "findings"}
    assert [finding["id"] for finding in found["findings"]] == ["EKI201"]
    (stack,) = found["load_balancers"]
    assert stack["id"] == "public"
    listener = stack["resources"]["AWS::ElasticLoadBalancingV2::Listener"]["443"]["spec"]
    assert listener["certificates"] == [{"certificateARN": CERTIFICATE}]


# What is stated beside the manifests.


def test_facts_take_the_place_of_what_only_aws_knows(shell: Shell) -> None:
    shell.write("shop.yaml", SHOP.replace("subnet-0a,subnet-0b", "private-a,private-b"))
    subnets = "".join(f"  - {{id: subnet-{x}, name: private-{x}, zone: eu-west-1{x}}}\n" for x in "ab")
    shell.write("facts.yaml", f"vpc: vpc-1\nsubnets:\n{subnets}")
    assert shell.run("plan", "shop.yaml")[1].splitlines()[2] == "  subnets  ${subnet private-a}, ${subnet private-b}"
    assert shell.run("plan", "shop.yaml", "--aws", "facts.yaml")[1].splitlines()[2] == "  subnets  subnet-a, subnet-b"
    shell.write("facts.yaml", "subnets: []\n")
    code, out, _ = shell.run("plan", "shop.yaml", "--aws", "facts.yaml")
    assert (code, out.splitlines()[0]) == (1, "EKI310 error  shop.yaml:13")


@pytest.mark.parametrize("option", ["--aws", "--controller"])
def test_what_is_stated_must_be_readable(shell: Shell, option: str) -> None:
    shell.write("shop.yaml", SHOP)
    shell.write("bad.yaml", "- a\n")
    assert shell.run("plan", "shop.yaml", option, "bad.yaml") == (
        2,
        "",
        "error  bad.yaml:1\n    the file is a list, and must be a mapping.\n    Correct it.\n",
    )
    code, out, err = shell.run("plan", "shop.yaml", option, "nowhere.yaml")
    assert (code, out) == (2, "")
    assert err == "error  nowhere.yaml\n    cannot be read: No such file or directory.\n    Check the name.\n"


def test_the_controllers_values_decide(shell: Shell) -> None:
    shell.write("late.yaml", LATE)
    values = """\
clusterName: prod
defaultTargetType: ip
defaultLoadBalancerScheme: internet-facing
defaultTags: {team: shop, number: 5}
externalManagedTags: [cost]
controllerConfig: {featureGates: {ALBSingleSubnet: true}}
unheardOf: [{}]
ingressClass:
defaultSSLPolicy: ""
"""
    shell.write("values.yaml", values)
    lines = shell.run("plan", "late.yaml", "--controller", "values.yaml")[1].splitlines()
    assert lines[0] == "Load balancer shop/late, internet-facing"
    assert lines[2].startswith("  name  k8s-shop-late-")
    assert lines[3] == "  tags  number=5, team=shop"
    assert lines[7].endswith("Service shop/storefront:80 (ip targets)")
    other = shell.run("plan", "late.yaml", "--controller", "values.yaml", "--cluster-name", "test")[1].splitlines()
    assert other[2] != lines[2]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ("defaultTags: [a]", "'defaultTags' is a list, and must be a mapping."),
        ("defaultTags: {a: [b]}", "'a' of 'defaultTags' is a list, and must be a text."),
        ("externalManagedTags: a", "'externalManagedTags' is a text, and must be a list."),
        ("externalManagedTags: [[a]]", "item 1 of 'externalManagedTags' is a list, and must be a text."),
        ("controllerConfig: 5", "'controllerConfig' is a whole number, and must be a mapping."),
        ("controllerConfig: {featureGates: [a]}", "'featureGates' of 'controllerConfig' is a list, and must be a mapping."),
        ("certManagement: a", "'certManagement' is a text, and must be a mapping."),
        ("certDiscovery: a", "'certDiscovery' is a text, and must be a mapping."),
        ("clusterName: 5", "'clusterName' is a whole number, and must be a text."),
        ("ingressClass: [a]", "'ingressClass' is a list, and must be a text."),
        ("defaultTargetType: true", "'defaultTargetType' is true or false, and must be a text."),
    ],
)
def test_values_of_the_wrong_kind_are_refused(shell: Shell, values: str, words: str) -> None:
    shell.write("late.yaml", LATE)
    shell.write("values.yaml", values)
    assert shell.run("plan", "late.yaml", "--controller", "values.yaml") == (
        2,
        "",
        f"error  values.yaml:1\n    {words}\n    Correct it.\n",
    )


def test_ingresses_without_a_class_are_the_controllers_if_it_is_said(shell: Shell) -> None:
    shell.write("late.yaml", LATE.replace("  ingressClassName: alb\n", ""))
    assert shell.run("plan", "late.yaml")[1] == "No load balancer.\n"
    assert shell.run("plan", "late.yaml", "--class-default", "mine")[1].startswith("Load balancer shop/late, ")


# Against what is live.


def live(shell: Shell, **changes: Any) -> dict[str, Any]:
    """What the controller would have written of the shop."""
    shell.write("shop.yaml", SHOP)
    (stack,) = shell.json("plan", "shop.yaml", "--cluster-name", "prod")["load_balancers"]
    stack["resources"]["AWS::ElasticLoadBalancingV2::LoadBalancer"]["LoadBalancer"]["spec"] |= changes
    found: dict[str, Any] = stack
    return found


def test_a_plan_that_was_built_is_as_planned(shell: Shell) -> None:
    shell.write("live.json", json.dumps(live(shell)))
    code, out, err = shell.run("plan", "shop.yaml", "--compare", "live.json")
    assert (code, err) == (0, "")
    assert out.startswith("Load balancer public: as planned.\n  known only in the cluster:\n")


def test_what_was_built_otherwise_is_told(shell: Shell) -> None:
    shell.write("live.json", json.dumps(live(shell, scheme="internal")))
    code, out, _ = shell.run("plan", "shop.yaml", "--compare", "live.json")
    assert code == 1
    assert out.splitlines()[:2] == [
        "Load balancer public: 1 difference.",
        "  /resources/AWS::ElasticLoadBalancingV2::LoadBalancer/LoadBalancer/spec/scheme: "
        'planned "internet-facing", live "internal"',
    ]
    assert shell.json("plan", "shop.yaml", "--compare", "live.json")["load_balancers"][0]["differences"] == [
        {
            "pointer": "/resources/AWS::ElasticLoadBalancingV2::LoadBalancer/LoadBalancer/spec/scheme",
            "planned": "internet-facing",
            "live": "internal",
        }
    ]


def test_ingresses_of_the_cluster_carry_what_was_built(shell: Shell) -> None:
    annotations = {"alb.ingress.kubernetes.io/dry-run-plan": json.dumps(live(shell))}
    items = [{"kind": "Ingress", "metadata": {"name": "shop", "annotations": annotations}}]
    shell.write("live.yaml", json.dumps({"kind": "List", "items": items}, indent=2))
    assert shell.run("plan", "shop.yaml", "--compare", "live.yaml")[0] == 0
    shell.write("late.yaml", LATE)
    code, out, _ = shell.run("plan", "shop.yaml", "late.yaml", "--compare", "live.yaml")
    assert code == 1
    assert out.endswith("\n\nLoad balancer shop/late: planned, and not live.\n")


def test_what_is_refused_is_not_planned(shell: Shell) -> None:
    shell.write("live.json", json.dumps(live(shell)))
    shell.write("wrong.yaml", WRONG)
    assert shell.run("plan", "wrong.yaml", "--compare", "live.json")[:2] == (1, "Load balancer public: live, and not planned.\n")


def test_something_live_must_be_there(shell: Shell) -> None:
    shell.write("shop.yaml", SHOP)
    code, out, err = shell.run("plan", "shop.yaml", "--compare", "shop.yaml")
    assert (code, out) == (2, "")
    assert err.startswith("error  shop.yaml\n    has no dry-run plan: ")
