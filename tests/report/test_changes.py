"""What changed between two plans, as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.changes import Changes
from eks_ingress.report.changes import changes_as_json, changes_as_text
from eks_ingress.report.plan_json import changes_since, document
from tests.plan.objects import binding, ingress, path, plan, rule, service, source

ARN = "arn:aws:acm:eu-west-1:111122223333:certificate/"
TO_SHOP = {"type": "redirect", "redirectConfig": {"statusCode": "HTTP_301", "host": "shop.example.com"}}


def between(before: Sequence[Manifest], after: Sequence[Manifest]) -> Changes:
    return changes_since(json.loads(json.dumps(document(plan(before), ()))), plan(after))


def lines(before: Sequence[Manifest], after: Sequence[Manifest]) -> list[str]:
    return changes_as_text(between(before, after)).splitlines()


def shop(*paths: dict[str, Any], **said: Any) -> Manifest:
    annotations = {"subnets": "subnet-a,subnet-b", **{name.replace("_", "-"): value for name, value in said.items()}}
    return ingress(rule(*paths, host="shop.example.com"), name="shop", said=annotations)


def test_the_whole_text() -> None:
    before = [
        shop(
            path("/a", "Exact"),
            path("/b", "Exact"),
            path("/c", "Exact", "old:80"),
            path("/d", "Exact"),
            tags="team=a",
            load_balancer_attributes="idle_timeout.timeout_seconds=60,routing.http2.enabled=true",
        ),
        ingress("/", name="admin", said={"scheme": "internal"}),
        ingress("/", name="gone"),
    ]
    after = [
        shop(
            path("/d", "Exact"),
            path("/new", "Exact", "new:80"),
            path("/a", "Exact"),
            path("/c", "Exact", "new:80"),
            tags="team=b",
            load_balancer_attributes="idle_timeout.timeout_seconds=90",
            listen_ports='[{"HTTP": 80}, {"HTTP": 8080}]',
        ),
        ingress("/", name="admin", said={"scheme": "internet-facing"}),
        ingress("/", name="fresh"),
    ]
    assert lines(before, after) == [
        "! Load balancer shop/admin is replaced: the controller deletes this one and makes another, with another DNS name",
        "    ~ name: k8s-shop-admin-f75d62d974, was k8s-shop-admin-a5e03cfc24",
        "    ! scheme: internet-facing, was internal (a load balancer keeps its scheme)",
        "",
        "+ Load balancer shop/fresh is added: 1 listener, 1 rule, 1 target group",
        "",
        "- Load balancer shop/gone is removed: 1 listener, 1 rule, 1 target group",
        "",
        "~ Load balancer shop/shop",
        "    ~ attribute idle_timeout.timeout_seconds: 90, was 60",
        "    ~ tag team: b, was a",
        "    - attribute routing.http2.enabled: was true (the controller leaves it as it is)",
        "    ~ security group",
        "        ~ open to: 0.0.0.0/0 on tcp 8080 added",
        "      HTTP 80",
        "        rule     host              path  then",
        "        > 1      shop.example.com  /d    Service shop/web:80",
        "          was 4",
        "        + 2      shop.example.com  /new  Service shop/new:80",
        "        ~ 4      shop.example.com  /c    Service shop/new:80",
        "          was 3                          Service shop/old:80",
        "        - 2      shop.example.com  /b    Service shop/web:80",
        "    + HTTP 8080",
        "        rule  host              path  then",
        "        + 1   shop.example.com  /d    Service shop/web:80",
        "        + 2   shop.example.com  /new  Service shop/new:80",
        "        + 3   shop.example.com  /a    Service shop/web:80",
        "        + 4   shop.example.com  /c    Service shop/new:80",
        "    + target group shop/shop-new:80",
        "    - target group shop/shop-old:80",
        "",
        "1 load balancer replaced; 1 load balancer, 1 rule, 1 target group removed; 1 load balancer, 1 listener, 5 rules, "
        "1 target group added; 1 rule moved; 1 load balancer, 1 rule, 1 security group changed.",
    ]


def test_where_nothing_changed_nothing_is_told() -> None:
    assert changes_as_text(between([shop(path("/"))], [shop(path("/"))])) == "Nothing changed."


def test_a_load_balancer_whose_ingress_goes_to_another_says_so() -> None:
    alone, shared = ingress("/"), ingress("/", said={"group.name": "public"})
    other = ingress("/other", name="other", said={"group.name": "public"})
    told = lines([alone, other], [shared, other])
    assert "    + target group shop/web-web:80 comes from shop/web" in told
    gone = (
        "- Load balancer shop/web is removed: 1 listener, 1 rule, 1 target group; targets go to public, which has another DNS name"
    )
    assert gone in told
    back = lines([shared, other], [alone, other])
    assert [line for line in back if line.endswith("targets come from public, which has another DNS name")]


def test_a_target_group_that_is_made_anew_says_why() -> None:
    node_port = service("web", {"port": 80, "nodePort": 30080}, type="NodePort")
    told = lines([shop(path("/")), node_port], [shop(path("/"), target_type="instance"), node_port])
    assert told[1:4] == [
        "    ! target group shop/shop-web:80 is replaced: the controller makes another and deletes this one",
        "        ! target type: instance, was ip (a target group keeps its target type)",
        "        ~ port: 30080, was 80",
    ]


def test_certificates_tell_which_is_the_default() -> None:
    said = {"listen_ports": '[{"HTTPS": 443}]'}
    told = lines(
        [shop(path("/"), certificate_arn=f"{ARN}1,{ARN}2", **said)], [shop(path("/"), certificate_arn=f"{ARN}2,{ARN}3", **said)]
    )
    assert told[1:3] == ["    ~ HTTPS 443", f"        ~ certificates: {ARN}3 added; {ARN}1 removed; {ARN}2 is the default"]


def test_what_no_rule_takes_may_go_elsewhere() -> None:
    told = lines([ingress("/a", default="web:80")], [ingress("/a", default="new:80")])
    assert told[1:3] == ["    ~ HTTP 80", "        ~ else: Service shop/new:80, was Service shop/web:80"]


def test_a_sign_in_with_other_settings_is_told() -> None:
    def signed_in(issuer: str) -> Manifest:
        idp = {
            "issuer": issuer,
            "authorizationEndpoint": "https://idp.example.com/a",
            "tokenEndpoint": "https://idp.example.com/t",
            "userInfoEndpoint": "https://idp.example.com/u",
            "secretName": "idp",
        }
        ports = {"listen_ports": '[{"HTTPS": 443}]', "certificate_arn": f"{ARN}1"}
        return shop(path("/"), auth_type="oidc", auth_idp_oidc=json.dumps(idp), **ports)

    told = lines([signed_in("https://idp.example.com")], [signed_in("https://other.example.com")])
    assert told[2:5] == [
        "        rule   host              path  then",
        "        ~ 1    shop.example.com  /*    sign-in by oidc, then Service shop/web:80",
        "          was                          set otherwise",
    ]


def test_what_the_controller_refuses_stays() -> None:
    found = between([ingress("/")], [ingress("/", said={"scheme": "public"})])
    assert changes_as_text(found).splitlines() == [
        "= Load balancer shop/web stays as it is: the controller refuses what is planned",
        "",
        "1 load balancer as it is, since the controller refuses what is planned.",
    ]


def test_what_only_the_cluster_knows_is_no_change() -> None:
    found = between([ingress("/")], [ingress("/", said={"subnets": "subnet-a,subnet-b"})])
    assert changes_as_text(found).splitlines() == [
        "? Load balancer shop/web",
        "    perhaps as before, known only in the cluster: subnets",
        "",
        "Nothing changed.",
    ]


def test_bindings_have_a_paragraph() -> None:
    other = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/green/0123456789abcdef"
    before = [binding(), binding("old", targetGroupARN=other)]
    told = lines(before, [binding(serviceRef={"name": "web", "port": 81}), binding("new", targetGroupARN=other)])
    assert told[:4] == [
        "Target groups that others made",
        "    ~ target group binding shop/web",
        "        ~ serviceRef/port: 81, was 80",
        "    + target group binding shop/new",
    ]


def test_listeners_and_ports_of_a_network_load_balancer_are_told() -> None:
    def balanced(*ports: tuple[str, int]) -> Manifest:
        prefix = "service.beta.kubernetes.io/aws-load-balancer-"
        said = {prefix + "type": "external", prefix + "nlb-target-type": "ip"}
        listed = [{"name": f"p{number}", "port": number, "protocol": protocol} for protocol, number in ports]
        metadata = {"name": "dns", "namespace": "shop", "uid": "1", "annotations": said}
        body = {"kind": "Service", "metadata": metadata, "spec": {"type": "LoadBalancer", "ports": listed}}
        return Manifest(body, source("dns"))

    told = lines([balanced(("TCP", 53))], [balanced(("UDP", 53), ("TCP", 853))])
    assert told == [
        "~ Network load balancer shop/dns",
        "    ~ security group",
        "        ~ open to: 0.0.0.0/0 on udp 53, 0.0.0.0/0 on tcp 853 added; 0.0.0.0/0 on tcp 53 removed",
        "    ~ UDP 53",
        "        ~ protocol: UDP, was TCP",
        "    + TCP 853  Service shop/dns:853",
        "    ! target group shop/dns:53 is replaced: the controller makes another and deletes this one",
        "        ! protocol: UDP, was TCP (a target group keeps its protocol)",
        "        ~ ports that are opened: UDP 53 and TCP 53 to ${backend security group} added; "
        "TCP 53 to ${backend security group} removed",
        "    + target group shop/dns:853",
        "",
        "1 target group replaced; 1 listener, 1 target group added; 1 listener, 1 security group changed.",
    ]


def test_a_wide_table_is_broken_for_a_narrow_terminal() -> None:
    to = {
        "type": "fixed-response",
        "fixedResponseConfig": {"statusCode": "503", "contentType": "text/plain", "messageBody": "no " * 30},
    }
    found = between([shop(path("/"))], [shop(path("/"), path("/a", "Exact", "x:action"), **{"actions.x": to})])
    told = changes_as_text(found, 60).splitlines()
    assert max(map(len, told[:-1])) <= 60
    assert changes_as_text(found, 60).split() == changes_as_text(found).split()


def test_programs_get_the_names_of_the_controller() -> None:
    found = changes_as_json(
        between([shop(path("/"), tags="a=1")], [shop(path("/"), path("/new", "Exact"), ip_address_type="dualstack")])
    )
    assert json.loads(json.dumps(found)) == found
    (balancer,) = found["load_balancers"]
    assert (balancer["type"], balancer["name"], balancer["change"]) == ("application", "shop/shop", "changed")
    itself, *others = balancer["changes"]
    assert itself["settings"] == [
        {"name": "ipAddressType", "before": "ipv4", "after": "dualstack", "effect": "in place"},
        {"name": "tags/a", "before": "1", "effect": "in place"},
    ]
    (added,) = (x for x in others if x["kind"] == "rule")
    assert (added["id"], added["change"], added["after"]["priority"], "before" in added) == ("80:1", "added", 1, False)
    assert found["summary"] == "1 rule added; 1 load balancer, 1 security group changed."


@pytest.mark.parametrize("text", ["\x1b[31m", "a\nb"])
def test_nothing_steers_a_terminal(text: str) -> None:
    told = changes_as_text(between([shop(path("/"))], [shop(path("/"), load_balancer_attributes=f"a={text}")]))
    assert "\x1b" not in told
    assert "\nb" not in told
