"""What must have come of some pages, when all that they show has been run."""

from __future__ import annotations

from typing import Any

from tests.synth.apps import kubernetes_objects, template

Names = dict[str, Any]
"""What the Python of a page has made."""


def load_balancers(names: Names) -> None:
    """One for each that has a heading of its own."""
    assert [balancer.group for balancer in names["ingress"].plan().load_balancers] == ["back.back", "shop.shop", "site.site"]


def network_load_balancers(names: Names) -> None:
    """Each with the listeners that are shown."""
    planned = names["ingress"].plan().network_load_balancers
    assert {found.service: [listener.protocol for listener in found.listeners] for found in planned} == {
        "api/partners": ["TCP"],
        "cache/redis": ["TCP", "TCP"],
        "iot/broker": ["TCP"],
        "iot/legacy": ["TCP"],
        "iot/mqtt": ["TCP", "TLS"],
        "metrics/metrics": ["TCP"],
        "net/dns": ["TCP_UDP"],
        "net/ldap": ["TCP"],
        "voice/sip": ["UDP"],
        "web/web": ["TCP_QUIC"],
    }


def target_group_bindings(names: Names) -> None:
    """One for each target group."""
    assert [bound.name for bound in names["ingress"].plan().bindings] == ["shop/storefront-targets", "shop/shared"]


def cdk_objects(names: Names) -> None:
    """What comes with the objects that are passed."""
    made = template(names["app"], "Shop")["Resources"]
    assert [resource["Type"] for resource in made.values()].count("AWS::S3::BucketPolicy") == 1
    objects = [(body["kind"], body["metadata"]["name"]) for body in kubernetes_objects(made)]
    assert objects.count(("Role", "ingress-back-sign-in")) == 1
    assert ("ExternalSecret", "staff-client") in objects
    granted = [resource["Properties"] for resource in made.values() if resource["Type"] == "AWS::IAM::Policy"]
    assert [policy["PolicyDocument"]["Statement"][0]["Action"] for policy in granted] == ["kms:Decrypt"]


def dns_and_subnets(names: Names) -> None:
    """A record of each kind of address for each name, and subnets of each kind with its tag."""
    made = template(names["app"], "Shop")["Resources"].values()
    tags = [tag["Key"] for resource in made if resource["Type"] == "AWS::EC2::Subnet" for tag in resource["Properties"]["Tags"]]
    assert (tags.count("kubernetes.io/role/elb"), tags.count("kubernetes.io/role/internal-elb")) == (2, 2)
    records = [resource["Properties"] for resource in made if resource["Type"] == "AWS::Route53::RecordSet"]
    assert sorted((record["Name"], record["Type"]) for record in records) == [
        ("*.shop.example.com.", "A"),
        ("*.shop.example.com.", "AAAA"),
        ("mqtt.example.com.", "A"),
        ("shop.example.com.", "A"),
        ("shop.example.com.", "AAAA"),
    ]


OUTCOMES = {
    "docs/cdk-objects.md": cdk_objects,
    "docs/dns-and-subnets.md": dns_and_subnets,
    "docs/load-balancers.md": load_balancers,
    "docs/network-load-balancers.md": network_load_balancers,
    "docs/target-group-bindings.md": target_group_bindings,
}
