from __future__ import annotations

from typing import Any

import pytest

from eks_ingress.plan.facts import Facts, NamedFact
from eks_ingress.plan.flags import ControllerFlags
from eks_ingress.plan.model import Inbound, MutualTls
from eks_ingress.source import Source
from tests.plan.objects import balancer, ingress, listener, of_class, plan, refused, source, together

BOTH = {"listen-ports": [{"HTTP": 80}, {"HTTPS": 443}]}
SECURE = {"listen-ports": [{"HTTPS": 443}]}


def inbound(*said: dict[str, Any]) -> list[Inbound]:
    """Who may reach the load balancer of these members, which has addresses of both kinds."""
    found = balancer(*together(*[{"ip-address-type": "dualstack", **x} for x in said])).managed_security_group
    assert found is not None
    return list(found.inbound)


def ids(*said: dict[str, Any], **given: Any) -> list[tuple[str | None, str]]:
    """Id and the controller's words of each problem of members that say so."""
    return [(problem.id, problem.event) for problem in plan(together(*said), **given).problems]


# Who may reach a port


def test_everybody_may_reach_a_port_of_which_nobody_says_anything() -> None:
    assert inbound({}) == [Inbound(80, ipv4="0.0.0.0/0"), Inbound(80, ipv6="::/0")]


def test_blocks_and_prefix_lists_say_who_may_reach_the_ports_of_an_ingress() -> None:
    said = {"inbound-cidrs": "10.1.0.0/16, 10.0.0.0/16, 2001:db8::/32", "security-group-prefix-lists": "pl-2, pl-1"}
    assert inbound(said) == [
        Inbound(80, ipv4="10.0.0.0/16"),
        Inbound(80, ipv4="10.1.0.0/16"),
        Inbound(80, ipv6="2001:db8::/32"),
        Inbound(80, prefix_list="pl-1"),
        Inbound(80, prefix_list="pl-2"),
    ]


def test_with_a_prefix_list_nobody_else_may() -> None:
    assert inbound({"security-group-prefix-lists": "pl-1"}) == [Inbound(80, prefix_list="pl-1")]


def test_blocks_of_a_member_are_for_its_own_ports() -> None:
    assert inbound({"inbound-cidrs": "10.0.0.0/8"}, {"listen-ports": [{"HTTP": 81}]}) == [
        Inbound(80, ipv4="10.0.0.0/8"),
        Inbound(81, ipv4="0.0.0.0/0"),
        Inbound(81, ipv6="::/0"),
    ]


def test_one_member_says_who_may_reach_a_port_of_all() -> None:
    assert inbound({}, {"inbound-cidrs": "10.0.0.0/8"}) == [Inbound(80, ipv4="10.0.0.0/8")]


def test_the_order_of_blocks_is_no_conflict() -> None:
    assert len(inbound({"inbound-cidrs": "10.0.0.0/8,11.0.0.0/8"}, {"inbound-cidrs": "11.0.0.0/8,10.0.0.0/8"})) == 2


def test_members_that_let_different_blocks_in_are_refused() -> None:
    assert refused(*together({"inbound-cidrs": "10.0.0.0/8"}, {"inbound-cidrs": "11.0.0.0/8,::/0"})) == [
        (
            "Ingress shop/b: inbound-cidrs is 11.0.0.0/8, ::/0 here and 10.0.0.0/8 in Ingress shop/a (Shop/a), which share "
            "a group: the controller refuses all of it.",
            "Write it once, or the same in all of them.",
            source("b"),
        )
    ]


def test_members_that_let_different_prefix_lists_in_are_refused() -> None:
    assert ids({"security-group-prefix-lists": "pl-1"}, {"security-group-prefix-lists": "pl-2"}) == [
        ("EKI231", "failed to merge listenPort config for port: 80: conflicting inbound-prefix-lists,")
    ]


@pytest.mark.parametrize("block", ["10.0.0.0", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/08", "10.0.0.0/-1", "all", "fe80::1%eth0/64"])
def test_what_is_no_block_is_refused(block: str) -> None:
    assert ids({"inbound-cidrs": block}) == [("EKI315", "invalid inbound-cidrs settings on Ingress:")]


@pytest.mark.parametrize("block", ["10.0.0.1/8", "0.0.0.0/0", "2001:db8::1/32", "${Token[TOKEN.12]}"])
def test_a_block_may_be_written_in_any_way(block: str) -> None:
    assert ids({"inbound-cidrs": block}) == []


@pytest.mark.parametrize("field", ["prefixListsIDs", "PrefixListsIDs"])
def test_a_class_says_who_may_reach_its_ports(field: str) -> None:
    said = {"inbound-cidrs": "11.0.0.0/8", "security-group-prefix-lists": "pl-2"}
    spec = {"inboundCIDRs": ["10.0.0.0/8"], field: ["pl-1"]}
    found = balancer(*of_class(spec), ingress("/", class_name="public", said=said)).managed_security_group
    assert found is not None
    assert found.inbound == (Inbound(80, ipv4="10.0.0.0/8"), Inbound(80, prefix_list="pl-1"))


def test_a_block_of_a_class_that_is_none_is_refused() -> None:
    (problem,) = plan([*of_class({"inboundCIDRs": ["all"]}), ingress("/", class_name="public")]).problems
    assert (problem.id, problem.source) == ("EKI251", source("public"))
    assert problem.reason.startswith("IngressClassParams public: inboundCIDRs: 'all' is no block of addresses")


# TLS policy


@pytest.mark.parametrize(("said", "expected"), [({}, "ELBSecurityPolicy-2016-08"), ({"ssl-policy": "p"}, "p")])
def test_an_https_listener_has_a_tls_policy(said: dict[str, str], expected: str) -> None:
    assert [(x.port, x.tls_policy) for x in balancer(ingress("/", said={**BOTH, **said})).listeners] == [
        (80, None),
        (443, expected),
    ]


def test_the_controller_says_the_tls_policy_where_nobody_does() -> None:
    (found,) = balancer(ingress("/", said=SECURE), flags=ControllerFlags(default_tls_policy="p")).listeners
    assert found.tls_policy == "p"


def test_a_class_says_the_tls_policy() -> None:
    made = ingress("/", class_name="public", said={**SECURE, "ssl-policy": "p"})
    assert listener(*of_class({"sslPolicy": "q"}), made, port=443).tls_policy == "q"


def test_members_with_different_tls_policies_are_refused() -> None:
    assert ids({**SECURE, "ssl-policy": "p"}, {**SECURE, "ssl-policy": "q"}) == [
        ("EKI231", "failed to merge listenPort config for port: 443: conflicting sslPolicy,")
    ]


# Certificates of clients


def mutual(*entries: dict[str, Any], facts: Facts = Facts()) -> MutualTls | None:
    made = ingress("/", said={**SECURE, "mutual-authentication": list(entries)})
    return balancer(made, facts=facts).listeners[0].mutual_tls


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"mode": "off"}, MutualTls("off", "", None, None)),
        ({"mode": "passthrough"}, MutualTls("passthrough", "", None, None)),
        ({"mode": "verify", "trustStore": "arn:store"}, MutualTls("verify", "arn:store", False, None)),
        (
            {
                "mode": "verify",
                "trustStore": "arn:store",
                "ignoreClientCertificateExpiry": True,
                "advertiseTrustStoreCaNames": "on",
            },
            MutualTls("verify", "arn:store", True, "on"),
        ),
    ],
)
def test_a_port_may_ask_for_certificates_of_clients(entry: dict[str, Any], expected: MutualTls) -> None:
    assert mutual({"port": 443, **entry}) == expected
    assert mutual({"port": 8443, **entry}) is None


VERIFIED = {"port": 443, "mode": "verify", "trustStore": "store"}


def test_a_trust_store_is_found_by_its_name() -> None:
    found = mutual(VERIFIED, facts=Facts(trust_stores=(NamedFact("arn:store", "store"),)))
    assert (found and found.trust_store, mutual(VERIFIED)) == (
        "arn:store",
        MutualTls("verify", "${trust store store}", False, None),
    )


def test_a_trust_store_that_does_not_exist_is_refused() -> None:
    made = ingress("/", said={**SECURE, "mutual-authentication": [VERIFIED]})
    assert refused(made, facts=Facts(trust_stores=())) == [
        ("Ingress shop/web: there is no trust store 'store'.", "Name one of the account, or write its ARN.", source())
    ]


def test_on_http_nobody_asks() -> None:
    assert (
        balancer(ingress("/", said={"mutual-authentication": [{"port": 80, "mode": "passthrough"}]})).listeners[0].mutual_tls
        is None
    )


@pytest.mark.parametrize(
    ("entries", "reason", "event"),
    [
        ([], "is empty.", "empty mutualAuthentication configuration from ingress annotation:"),
        ([{"mode": "off"}], "is for port 0.", "listen port must be within [1, 65535]: 0"),
        ([{"port": 443}], "has no mode for port 443.", "mutualAuthentication mode cannot be empty for port 443"),
        (
            [{"port": 443, "mode": "on"}],
            "has the mode 'on' for port 443.",
            "mutualAuthentication mode value must be among [off, passthrough, verify] for port 443 : on",
        ),
        (
            [{"port": 443, "mode": "verify"}],
            "verifies on port 443 without a trust store.",
            "trustStore is required when mutualAuthentication mode is verify for port 443",
        ),
        (
            [{"port": 443, "mode": "passthrough", "trustStore": "s"}],
            "has trustStore for port 443, whose mode is passthrough.",
            "Mutual Authentication mode passthrough does not support trustStore for port 443",
        ),
        (
            [{"port": 443, "mode": "off", "ignoreClientCertificateExpiry": False}],
            "has ignoreClientCertificateExpiry for port 443, whose mode is off.",
            "Mutual Authentication mode off does not support ignoring client certificate expiry for port 443",
        ),
        (
            [{"port": 443, "mode": "off", "advertiseTrustStoreCaNames": "on"}],
            "has advertiseTrustStoreCaNames for port 443, whose mode is off.",
            "Mutual Authentication mode off does not support advertiseTrustStoreCaNames for port 443",
        ),
        (
            [{**VERIFIED, "advertiseTrustStoreCaNames": "yes"}],
            "has advertiseTrustStoreCaNames 'yes' for port 443.",
            'advertiseTrustStoreCaNames only supports the values "on" and "off"',
        ),
    ],
)
def test_certificates_of_clients_that_are_asked_for_wrongly_are_refused(
    entries: list[dict[str, Any]], reason: str, event: str
) -> None:
    (problem,) = plan([ingress("/", said={**SECURE, "mutual-authentication": entries})]).problems
    assert (problem.id, problem.reason, problem.event) == ("EKI217", f"Ingress shop/web: mutual-authentication {reason}", event)


def test_members_that_ask_in_different_ways_are_refused() -> None:
    assert refused(
        *together(
            {**SECURE, "mutual-authentication": [{"port": 443, "mode": "off"}]},
            {**SECURE, "mutual-authentication": [{"port": 443, "mode": "passthrough"}]},
        )
    ) == [
        (
            "Ingress shop/b: mutual-authentication is passthrough here and off in Ingress shop/a (Shop/a), which share a group: "
            "the controller refuses all of it.",
            "Write it once, or the same in all of them.",
            Source("Shop/b"),
        )
    ]
