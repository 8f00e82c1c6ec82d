from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from eks_ingress.checks.dns import UNSERVED
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan import build
from eks_ingress.source import Source
from tests.checks.objects import BOTH, FLAGS, Case, messages
from tests.plan.objects import ingress, rule

OLD, NEW = "external-dns.alpha.kubernetes.io/", "external-dns.kubernetes.io/"
SHOP = rule("/", host="shop.example.com")
FRONT = {"enable-frontend-nlb": "true"}
HERE = Source("Shop/Shop", "shop.py", 7)


def named(names: str, *rules: Any, said: Mapping[str, Any] | None = None) -> Manifest:
    return ingress(*(rules or (SHOP,)), said={f"{OLD}hostname": names, **(said or {})})


CASES = {
    "EKI390": Case(
        named("ship.example.com"),
        named("shop.example.com"),
        "ExternalDNS is to make 'ship.example.com' lead to its load balancer, which has no rule for it.",
    ),
    "EKI391": Case(
        ingress(SHOP, said={**FRONT, f"{OLD}hostname": "shop.example.com"}),
        ingress(SHOP, said={**FRONT, f"{OLD}hostname": "shop.example.com", f"{OLD}target": "nlb.example.com"}),
        "it is not certain where 'shop.example.com' will lead.",
    ),
}


@pytest.mark.parametrize("id", CASES)
def test_it_is_found_and_what_is_near_is_not(id: str) -> None:
    CASES[id].hold(id)


@pytest.mark.parametrize(
    ("names", "rules"),
    [
        ("shop.example.com., SHOP.example.com", [SHOP]),
        ("a.example.com", [rule("/", host="*.example.com")]),
        ("*.example.com", [SHOP]),
        ("anything.example.org", ["/"]),
        ("anything.example.org", ["/", SHOP]),
        ("${Token[TOKEN.12]}", [SHOP]),
        ("shop.example.org", [rule("/", host="${Token[TOKEN.12]}")]),
        ("", [SHOP]),
    ],
)
def test_a_name_that_some_rule_may_serve_is_well(names: str, rules: list[Any]) -> None:
    assert messages("EKI390", named(names, *rules)) == []


def test_each_name_is_looked_at_once_whichever_release_of_external_dns_reads_it() -> None:
    both = ingress(SHOP, said={f"{OLD}hostname": "a.example.org,shop.example.com", f"{NEW}hostname": "a.example.org,b.example.org"})
    assert [text.split("'")[1] for text in messages("EKI390", both)] == ["a.example.org", "b.example.org"]


def test_a_rule_of_any_member_of_the_group_serves_a_name() -> None:
    said = {"group.name": "g"}
    other = ingress(rule("/", host="other.example.com"), name="other", said=said)
    assert messages("EKI390", named("other.example.com", said=said), other) == []


def test_a_default_backend_serves_all_names() -> None:
    assert messages("EKI390", ingress(SHOP, said={f"{OLD}hostname": "a.example.org"}, default="web:80")) == []


def test_a_redirect_to_https_alone_serves_no_name() -> None:
    assert len(messages("EKI390", named("a.example.org", said={**BOTH, "ssl-redirect": "443"}))) == 1


def test_an_alias_is_held_against_the_rules_in_the_same_way() -> None:
    (balancer,) = build.plan([ingress(SHOP)], FLAGS).load_balancers
    (found,) = UNSERVED.of(balancer, "ship.example.com", HERE)
    assert found.message == "the alias 'ship.example.com' leads to the load balancer, which has no rule for it."
    assert found.source == HERE
    assert list(UNSERVED.of(balancer, "shop.example.com", HERE)) == []


def test_no_frontend_leaves_no_doubt_where_a_name_leads() -> None:
    assert messages("EKI391", named("shop.example.com")) == []
    assert messages("EKI391", ingress(SHOP, said=FRONT)) == []
