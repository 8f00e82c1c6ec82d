"""The corpus of Ingresses that people have, and what becomes of each file."""

from __future__ import annotations

import argparse
from pathlib import Path

from eks_ingress.cli.inputs import add_inputs, read_inputs
from eks_ingress.plan.model import Plan

FILES = sorted((Path(__file__).parent / "corpus").glob("*.yaml"))

ITS_OWN = "its load balancer is its own"
ONE_TO_ONE = {
    "cert-manager": "a Secret under tls: web-tls",
    "class-params": ITS_OWN,
    "default-backend-of-own": ITS_OWN,
    "group-of-ports": "rule shop.example.com /admin or /admin/* (Service shop/admin:80) is new",
    "group-of-tags": "targets of blue/blue:80: tags",
    "group-of-teams-discovering": "listener 443, certificates",
    "instance-by-default": ITS_OWN,
    "labels-of-one": "other labels than shop/api: team",
    "nginx-leftovers": ITS_OWN,
    "oidc": ITS_OWN,
    "own-class-params": ITS_OWN,
    "plain": ITS_OWN,
    "regex-open": "no expression for a whole path",
    "ssl-redirect-action": "takes the same requests",
    "tls-other-hosts": "hosts under tls that no rule has: www.example.com",
    "too-many-values": "more than the 5 that AWS compares",
}
"""Files that become `add_ingress`, and why they become no routes."""

AS_IT_STANDS = {
    "access-logs-off": "neither a bucket with `enabled=true` nor `enabled=false` alone",
    "fixed-response-plain": "has no contentType",
    "missing-action": "the action nowhere is not there",
    "odd-spelling": "deletion_protection.enabled=True is no value that it has",
}
"""Files that become `add_manifests`, and why there are no typed words for them."""

NOT_AT_ALL = {"broken-json", "broken-value", "missing-secure-listener", "no-class"}
"""Files with no load balancer."""

TOLD = {
    "broken-json": ["EKI201 error"],
    "broken-value": ["EKI201 error"],
    "group-conflict": ["EKI231 error"],
    "missing-secure-listener": ["EKI206 error"],
    "nginx-leftovers": ["rewrite-target is for ingress-nginx", "proxy-body-size is for ingress-nginx"],
    "no-class": ["names no IngressClass"],
    "node-labels-of-pods": ["target-node-labels has no effect on pods"],
    "own-class-params": ["IngressClassParams alb of class alb"],
    "security-groups-and-cidrs": ["inbound-cidrs has no effect beside security-groups"],
    "too-many-values": ["EKI404 error"],
    "unknown-annotations": ["healthcheck-pth is not known", "backend-timeout is not known"],
    "unused": ["actions.old has no effect", "conditions.other has no effect", "auth-scope has no effect"],
}
"""Files of which something is lost or refused, and what is said of it."""


def planned(file: Path) -> Plan:
    """The plan of a file, as the commands make it."""
    parser = argparse.ArgumentParser()
    add_inputs(parser)
    return read_inputs(parser.parse_args([str(file), "--cluster-name", "prod"])).only
