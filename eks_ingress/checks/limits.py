"""What AWS limits, and the controller does not count.

Facts: Elastic Load Balancing documentation, "Quotas for your Application Load Balancers", "Quotas for your Network Load Balancers";
Elastic Load Balancing API, FixedResponseActionConfig.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eks_ingress.annotations import catalogue as c
from eks_ingress.annotations import of_services as s
from eks_ingress.checks.check import ERROR, Check, Finding
from eks_ingress.checks.reading import backends_of, balanced, members, planned, rules
from eks_ingress.checks.routing import words
from eks_ingress.checks.usage import (
    MOST_VERIFYING,
    further_certificates,
    quotas,
    target_groups,
    values,
    verifying,
    wildcards,
)
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.members import Group, Member
from eks_ingress.plan.model import LoadBalancer, Plan
from eks_ingress.plan.network_model import NetworkLoadBalancer
from eks_ingress.plan.unknown import is_unknown

_SOURCE = "Elastic Load Balancing documentation, Quotas for your Application Load Balancers"
_OF_BOTH = f"{_SOURCE}, Quotas for your Network Load Balancers"
_RAISED = "If AWS has raised the quota for the account, say so in what is stated of AWS (`quotas`)."


def _of_both(plan: Plan) -> Iterator[tuple[LoadBalancer | NetworkLoadBalancer, str, Manifest]]:
    """The load balancers of Ingresses and of Services, each with its name in messages, and an object that it is of."""
    yield from ((balancer, balancer.group, group.members[0].manifest) for balancer, group in planned(plan))
    yield from ((balancer, balancer.service, service.manifest) for balancer, service in balanced(plan))


def _members(group: Group, names: Sequence[str]) -> Member:
    """The first of some members."""
    return next((member for member in group.members if member.name in names), group.members[0])


class TooManyRules(Check):
    """More rules than a load balancer may have."""

    id = "EKI401"
    severity = ERROR
    title = "A load balancer has too many rules"
    why = "Each path of each rule is a rule of each listener in AWS; those beyond the quota are refused, and with them the group."
    remedy = f"Divide the group in two, redirect HTTP with ssl-redirect, or write fewer paths. {_RAISED}"
    source = _SOURCE
    mistakes = (12,)

    def find(self, plan: Plan) -> Iterator[Finding]:
        most = quotas(plan).rules
        for balancer, group in planned(plan):
            counts = {f"{x.protocol} {x.port}": len(x.rules) for x in balancer.listeners}
            total = sum(counts.values())
            if total > most:
                each = ", ".join(f"{number} on {listener}" for listener, number in counts.items())
                message = f"load balancer {balancer.group} has {total} rules ({each}), and AWS takes {most}."
                yield self.in_ingress(group.members[0], message)


class TooManyCertificates(Check):
    """More certificates than a load balancer may have."""

    id = "EKI402"
    severity = ERROR
    title = "A load balancer has too many certificates"
    why = "All certificates of a group, or a Service, are put on its listeners; AWS counts all but the default ones."
    remedy = f"Write a certificate for several hosts, or divide the group, or the Service, in two. {_RAISED}"
    source = _OF_BOTH

    def find(self, plan: Plan) -> Iterator[Finding]:
        most = quotas(plan).certificates
        for balancer, name, manifest in _of_both(plan):
            further = further_certificates(balancer)
            if len(further) > most:
                message = f"load balancer {name} has {len(further)} certificates beside the default, and AWS takes {most}."
                yield self.in_manifest(manifest, message)


class TooManyListeners(Check):
    """More listeners than a load balancer may have."""

    id = "EKI403"
    severity = ERROR
    title = "A load balancer has too many listeners"
    why = "Each port of each Ingress of a group, or of a Service, is a listener; those beyond the quota AWS refuses."
    remedy = f"Write the same listen-ports in all of them, or divide the group, or the Service, in two. {_RAISED}"
    source = _OF_BOTH

    def find(self, plan: Plan) -> Iterator[Finding]:
        most = quotas(plan).listeners
        for balancer, name, manifest in _of_both(plan):
            if len(balancer.listeners) > most:
                message = f"load balancer {name} has {len(balancer.listeners)} listeners, and AWS takes {most}."
                yield self.in_manifest(manifest, message)


class TooManyValues(Check):
    """A rule that compares with more values than AWS takes."""

    id = "EKI404"
    severity = ERROR
    title = "A rule compares with too many values"
    why = "AWS counts all values of all conditions of a rule: the host, two for a Prefix path, and those of the annotation."
    remedy = "Divide the rule in two; the path type Exact is one value, and '/*' as ImplementationSpecific is one too."
    source = _SOURCE
    mistakes = (12,)

    def find(self, plan: Plan) -> Iterator[Finding]:
        most = quotas(plan).condition_values
        for _, rule in rules(plan):
            count = values(rule)
            if count > most:
                yield self.in_rule(rule, f"{words(rule)} compares with {count} values, and AWS takes {most}.")


class TooManyWildcards(Check):
    """A rule with more wildcards than AWS takes."""

    id = "EKI405"
    severity = ERROR
    title = "A rule has too many wildcards"
    why = "AWS counts every * and ? in all conditions of a rule, and a Prefix path has one for what is below it."
    remedy = f"Divide the rule in two, or write a regular expression. {_RAISED}"
    source = _SOURCE
    mistakes = (12,)

    def find(self, plan: Plan) -> Iterator[Finding]:
        most = quotas(plan).condition_wildcards
        for _, rule in rules(plan):
            count = wildcards(rule)
            if count > most:
                yield self.in_rule(rule, f"{words(rule)} has {count} wildcards, and AWS takes {most}.")


class TooManyTargets(Check):
    """An action that divides requests among more target groups than AWS takes."""

    id = "EKI406"
    severity = ERROR
    title = "An action forwards to too many target groups"
    why = "AWS refuses the rule: this and all later ones are not made."
    remedy = "Name fewer."
    source = _OF_BOTH
    mistakes = (12,)

    def find(self, plan: Plan) -> Iterator[Finding]:
        most = quotas(plan).target_groups_per_action
        for member in members(plan):
            for _, key, document in backends_of(member).documents(c.ACTIONS):
                targets = (
                    (document.get("forwardConfig") or {}).get("targetGroups") or () if document.get("type") == "forward" else ()
                )
                if len(targets) > most:
                    yield self.in_ingress(member, f"{key} names {len(targets)} target groups, and AWS takes {most}.", key=key)
        for balancer, service in balanced(plan):
            for listener in balancer.listeners:
                if len(listener.targets) > most:
                    key = s.ACTIONS.key(listener=f"{listener.protocol}-{listener.port}")
                    message = (
                        f"{key} leads to {len(listener.targets)} target groups, that of the Service included, and AWS takes {most}."
                    )
                    yield self.in_manifest(service.manifest, message, key=key)


class TooManyTargetGroups(Check):
    """More target groups than a load balancer may have."""

    id = "EKI407"
    severity = ERROR
    title = "A load balancer has too many target groups"
    why = "Each port of a Service is a target group of each Ingress that leads to it, and AWS does not raise this quota."
    remedy = "Divide the group in two, or let one Ingress have all the paths to a Service."
    source = _SOURCE

    def find(self, plan: Plan) -> Iterator[Finding]:
        most = quotas(plan).target_groups
        for balancer, group in planned(plan):
            used = target_groups(balancer)
            if len(used) > most:
                message = f"load balancer {balancer.group} has {len(used)} target groups, and AWS takes {most}."
                yield self.in_ingress(group.members[0], message)


class TooManySecurityGroups(Check):
    """More security groups than a load balancer may have."""

    id = "EKI408"
    severity = ERROR
    title = "A load balancer has too many security groups"
    why = "AWS refuses them; with manage-backend-security-group-rules the one that the controller shares among all counts, too."
    remedy = f"Name fewer, or put several rules into one. {_RAISED}"
    source = _SOURCE

    def find(self, plan: Plan) -> Iterator[Finding]:
        most, key = quotas(plan).security_groups, c.SECURITY_GROUPS.key()
        for balancer, group in planned(plan):
            if len(balancer.security_groups) > most:
                owner = next((member for member in group.members if key in member.said.keys), group.members[0])
                message = (
                    f"load balancer {balancer.group} has {len(balancer.security_groups)} security groups, and AWS takes {most}."
                )
                yield self.in_ingress(owner, message, key=key)
        for network, service in balanced(plan):
            if len(network.security_groups) > most:
                message = f"load balancer {service.name} has {len(network.security_groups)} security groups, and AWS takes {most}."
                yield self.in_manifest(service.manifest, message, key=s.SECURITY_GROUPS.key())


_LONGEST_BODY = 1024


class BodyTooLong(Check):
    """A fixed response with a longer body than AWS takes."""

    id = "EKI409"
    severity = ERROR
    title = "The body of a fixed response is too long"
    why = f"AWS takes {_LONGEST_BODY:,} characters, and refuses the rule: this and all later ones are not made."
    remedy = "Shorten it, or let a Service answer."
    source = "Elastic Load Balancing API, FixedResponseActionConfig"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for member in members(plan):
            for _, key, document in backends_of(member).documents(c.ACTIONS):
                body = (document.get("fixedResponseConfig") or {}).get("messageBody") or ""
                if len(body) > _LONGEST_BODY and document.get("type") == "fixed-response" and not is_unknown(body):
                    yield self.in_ingress(member, f"{key} has a body of {len(body)} characters.", key=key)


class TooManyVerifying(Check):
    """More listeners that verify the certificates of clients than AWS takes."""

    id = "EKI411"
    severity = ERROR
    title = "Too many listeners verify the certificates of clients"
    why = f"AWS takes {MOST_VERIFYING} listeners of a load balancer in the mode verify."
    remedy = "Write passthrough or off for the others, or divide the group in two."
    source = _SOURCE

    def find(self, plan: Plan) -> Iterator[Finding]:
        for balancer, group in planned(plan):
            found = verifying(balancer)
            if len(found) > MOST_VERIFYING:
                ports = ", ".join(str(listener.port) for listener in found)
                owner = _members(group, found[-1].members)
                message = f"load balancer {balancer.group} verifies on the ports {ports}."
                yield self.in_ingress(owner, message, key=c.MUTUAL_AUTHENTICATION.key())
