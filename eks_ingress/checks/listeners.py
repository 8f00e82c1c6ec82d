"""The ports of load balancers, and who serves what on them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from eks_ingress.annotations import catalogue as c
from eks_ingress.annotations import of_services as s
from eks_ingress.checks.check import ERROR, Check, Finding
from eks_ingress.checks.reading import answers, balanced, members, planned, ports_of, read, text_of, unsure_of_ports
from eks_ingress.plan.balanced import BalancedService
from eks_ingress.plan.members import Group, Member
from eks_ingress.plan.model import Forward, Listener, LoadBalancer, Plan, RedirectTo
from eks_ingress.plan.unknown import is_unknown
from eks_ingress.routing.names import PREFIX, SERVICE_PREFIX

_LISTEN_PORTS = c.LISTEN_PORTS.key()


class PortGivenTwice(Check):
    """A port, or a protocol, that stands twice in `listen-ports`, so that one of them is lost."""

    id = "EKI208"
    title = "A listener is lost in listen-ports"
    why = "Of equal keys in an object, and of several protocols for a port, the last counts."
    remedy = 'Write one object for each listener: [{"HTTP": 80}, {"HTTPS": 443}].'
    source = "controller source, listen-ports"
    example = """listen-ports: '[{"HTTP": 80}, {"HTTPS": 80}]'"""
    mistakes = (34,)

    def find(self, plan: Plan) -> Iterator[Finding]:
        told: dict[str, list[str]] = {}
        for member in members(plan):
            text = text_of(member, _LISTEN_PORTS)
            if text is not None:
                if text not in told:
                    told[text] = list(_lost(text))
                for message in told[text]:
                    yield self.in_ingress(member, f"{_LISTEN_PORTS} {message}", key=_LISTEN_PORTS)


def _lost(text: str) -> Iterator[str]:
    try:
        entries = json.loads(text, object_pairs_hook=tuple)  # an object is a tuple, a list remains one
    except (ValueError, RecursionError):
        return
    ports: dict[Any, str] = {}
    for entry in entries if isinstance(entries, list) else ():
        pairs = [(protocol, port) for protocol, port in entry if isinstance(port, int)] if isinstance(entry, tuple) else []
        last = dict(pairs)
        for protocol, port in pairs:
            if last[protocol] != port:
                yield f"loses {protocol} on port {port}, since {protocol} on port {last[protocol]} stands in the same object."
        for protocol, port in last.items():
            if ports.setdefault(port, protocol) != protocol:
                yield f"loses {ports[port]} on port {port}, since the same port is {protocol} behind it."
                ports[port] = protocol


def _with_known_ports(plan: Plan) -> Iterator[tuple[LoadBalancer, Group]]:
    unsure = unsure_of_ports(plan)
    return ((balancer, group) for balancer, group in planned(plan) if balancer.members[0] not in unsure)


class LeftOnHttp(Check):
    """An Ingress without `listen-ports` in a group that serves HTTPS."""

    id = "EKI209"
    title = "A member of a group serves HTTP only, while others serve HTTPS"
    why = (
        "Without listen-ports and certificates of its own an Ingress listens on port 80 alone, whatever else its group listens on."
    )
    remedy = "Write the same listen-ports as in the other members."
    source = "controller documentation, Listen ports"
    mistakes = (28, 25)

    def find(self, plan: Plan) -> Iterator[Finding]:
        for balancer, group in _with_known_ports(plan):
            secure = [listener for listener in balancer.listeners if listener.protocol == "HTTPS"]
            if len(group.members) == 1 or not secure:
                continue
            ports = ports_of(balancer)
            redirects = any(map(_redirects, balancer.listeners))
            for member in group.members:
                # One with `tls` is told elsewhere.
                if _LISTEN_PORTS in member.said.keys or not _serves(member) or member.spec.get("tls"):
                    continue
                if "HTTPS" not in ports.get(member.name, {}).values():
                    lost = ", which redirects: none of its routes is served" if redirects else ""
                    others = f"{secure[0].members[0]} listens on HTTPS {secure[0].port}"
                    yield self.in_ingress(member, f"Ingress {member.name} listens on HTTP 80 alone{lost}; {others}.")


def _serves(member: Member) -> bool:
    """Whether an Ingress has rules or a default; one without may be there for the settings of its group."""
    return bool(member.spec.get("rules") or member.spec.get("defaultBackend"))


def _redirects(listener: Listener) -> bool:
    """Whether a listener does nothing but send clients to HTTPS, as `ssl-redirect` has it."""
    return listener.protocol == "HTTP" and isinstance(listener.default_action, RedirectTo) and listener.default_source is None


class TlsWithoutHttps(Check):
    """An Ingress with `tls` that listens on no HTTPS port."""

    id = "EKI210"
    title = "An Ingress has tls, and no HTTPS listener"
    why = (
        "The controller takes nothing but hosts from `tls`; which ports there are, listen-ports says, and without it port 80 alone."
    )
    remedy = "Write listen-ports: '[{\"HTTPS\": 443}]', and ssl-redirect to have HTTP as well."
    source = "controller documentation, Certificate Discovery, Listen ports"
    example = "tls: [{hosts: [shop.example.com]}]   # without listen-ports"
    mistakes = (21,)

    def find(self, plan: Plan) -> Iterator[Finding]:
        for balancer, group in _with_known_ports(plan):
            if all(not member.spec.get("tls") for member in group.members):
                continue
            ports = ports_of(balancer)
            for member in group.members:
                if member.spec.get("tls") and "HTTPS" not in ports.get(member.name, {}).values():
                    numbers = ", ".join(map(str, ports.get(member.name, ())))
                    message = f"Ingress {member.name} listens on HTTP {numbers} alone."
                    source = member.manifest.source_of("spec", "tls")
                    yield self.at(source, message, of=f"Ingress {member.name}")


class NoCertificate(Check):
    """An HTTPS listener for which nobody names a certificate, and for which there is no host to find one by."""

    id = "EKI211"
    severity = ERROR
    title = "An HTTPS listener has no certificate"
    why = "Without certificate-arn the controller finds certificates by the hosts; AWS refuses a listener without certificate."
    remedy = "Write certificate-arn, or a host in the rules or under `tls`."
    source = "Elastic Load Balancing documentation, HTTPS listeners; controller documentation, Certificate Discovery"
    example = """listen-ports: '[{"HTTPS": 443}]'   # without certificate-arn and without any host"""
    mistakes = (22,)

    def find(self, plan: Plan) -> Iterator[Finding]:
        for balancer, group in planned(plan):
            for listener in balancer.listeners:
                if listener.protocol == "HTTPS" and not listener.certificates:
                    first = next(member for member in group.members if member.name in listener.members)
                    yield self.in_ingress(first, f"HTTPS {listener.port} has no certificate, and no host.", key=_LISTEN_PORTS)


class RedirectedAway(Check):
    """An Ingress with rules for plain HTTP in a group that redirects all of HTTP."""

    id = "EKI216"
    title = "ssl-redirect takes away what an Ingress serves"
    why = "With ssl-redirect in one member, all HTTP listeners of the group do nothing but redirect."
    remedy = "Add an HTTPS port to its listen-ports, or give it a group of its own."
    source = "controller documentation, SSL redirect"
    mistakes = (25,)

    def find(self, plan: Plan) -> Iterator[Finding]:
        for balancer, group in _with_known_ports(plan):
            if not any(map(_redirects, balancer.listeners)):
                continue
            ports = ports_of(balancer)
            for member in group.members:
                own = ports.get(member.name, {})
                if _LISTEN_PORTS in member.said.keys and _serves(member) and "HTTPS" not in own.values():
                    numbers = ", ".join(map(str, own))
                    message = (
                        f"Ingress {member.name} listens on HTTP {numbers} alone, which redirects: none of its routes is served."
                    )
                    yield self.in_ingress(member, message, key=_LISTEN_PORTS)


class NoSuchListener(Check):
    """Settings of a listener that the Ingress does not have."""

    id = "EKI218"
    title = "Settings are for a listener that there is not"
    why = (
        "The controller takes settings of the listeners that the same Ingress, or Service, has; client certificates on HTTPS only."
    )
    remedy = "Name a port of listen-ports, listeners as HTTP-80 or HTTPS-443; of a Service as TCP-80, TLS-443, TCP_UDP-53."
    source = "controller documentation, Mutual authentication, Custom attributes"
    example = "listener-attributes.HTTP-443: routing.http.response.server.enabled=false   # where port 443 is HTTPS"
    mistakes = (35,)

    def find(self, plan: Plan) -> Iterator[Finding]:
        beginning, mutual = f"{PREFIX}listener-attributes.", c.MUTUAL_AUTHENTICATION.key()
        for balancer, group in _with_known_ports(plan):
            ports: Mapping[str, Mapping[int, str]] | None = None
            for member in group.members:
                for key in member.said.keys:
                    if key != mutual and not key.startswith(beginning):
                        continue
                    ports = ports_of(balancer) if ports is None else ports
                    own = ports.get(member.name, {})
                    if key == mutual:
                        entries = read(member, c.MUTUAL_AUTHENTICATION) or ()
                        wrong = [f"HTTPS {x.get('port')}" for x in entries if own.get(x.get("port")) != "HTTPS"]
                    else:
                        name = key.removeprefix(beginning)
                        known = {f"{protocol}-{port}" for port, protocol in own.items()}
                        wrong = [] if name in known or is_unknown(name) else [name]
                    there = ", ".join(f"{protocol} {port}" for port, protocol in own.items())
                    for listener in wrong:
                        yield self.in_ingress(member, f"{key} is for {listener}; the Ingress listens on {there}.", key=key)
        yield from self._of_services(plan)

    def _of_services(self, plan: Plan) -> Iterator[Finding]:
        for network, service in balanced(plan):
            # Of what is not known, listeners may become others.
            if any(is_unknown(service.said.keys.get(row.key())) for row in _SHAPE_LISTENERS) or _may_have_more(service):
                continue
            known = {f"{listener.protocol}-{listener.port}" for listener in network.listeners}
            for key in service.said.keys:
                beginning = next((beginning for beginning in _OF_LISTENERS if key.startswith(beginning)), None)
                name = "" if beginning is None else key.removeprefix(beginning)
                if beginning is not None and name not in known and not is_unknown(name):
                    message = f"{key} is for {name}; the Service has {', '.join(known)}."
                    yield self.in_manifest(service.manifest, message, _meant(name, known), key=key)


_OF_LISTENERS = tuple(SERVICE_PREFIX + row.name.partition("$")[0] for row in (s.LISTENER_ATTRIBUTES, s.ACTIONS))
_SHAPE_LISTENERS = (s.SSL_CERT, s.SSL_PORTS, s.QUIC_ENABLED_PORTS, s.ENABLE_TCP_UDP_LISTENER)


def _may_have_more(service: BalancedService) -> bool:
    """Whether it is not known which ports a Service has."""
    return len(service.ports) < len(service.backend.all_ports())


def _meant(name: str, known: Iterable[str]) -> str | None:
    """A remedy that names the listener of the same port, if there is one."""
    port = name.rpartition("-")[2]
    found = next((listener for listener in known if listener.rpartition("-")[2] == port), None)
    return None if found is None else f"Write {found}, with the protocol that the listener has."


class UnusableCertificate(Check):
    """A certificate that is not there, or that is not issued."""

    id = "EKI219"
    severity = ERROR
    title = "A certificate cannot be used"
    why = "AWS refuses a listener with a certificate that does not exist in the account and region, or that is not issued."
    remedy = "Name one that is issued."
    source = "Elastic Load Balancing documentation, HTTPS listeners"
    mistakes = (23,)

    def find(self, plan: Plan) -> Iterator[Finding]:
        facts = None if plan.world is None else plan.world.facts.certificates
        if facts is None:
            return
        status = {certificate.arn: certificate.status for certificate in facts}
        key = c.CERTIFICATE_ARN.key()
        for balancer, group in planned(plan):
            used = dict.fromkeys(arn for listener in balancer.listeners for arn in listener.certificates)
            for arn in used:
                if is_unknown(arn) or ":acm:" not in arn or status.get(arn) == "ISSUED":
                    continue
                owner = next((x for x in group.members if arn in (text_of(x, key) or "")), group.members[0])
                yield self.in_ingress(owner, f"certificate {arn} {_reason(arn, status)}.", key=key)
        for network, service in balanced(plan):
            for arn in dict.fromkeys(arn for listener in network.listeners for arn in listener.certificates):
                if not is_unknown(arn) and ":acm:" in arn and status.get(arn) != "ISSUED":
                    message = f"certificate {arn} {_reason(arn, status)}."
                    yield self.in_manifest(service.manifest, message, key=s.SSL_CERT.key())


def _reason(arn: str, status: Mapping[str, str]) -> str:
    return f"has the status {status[arn]}" if arn in status else "is not there"


class NewerHttpOverPlainHttp(Check):
    """Targets that speak HTTP/2 or gRPC, behind a plain HTTP listener."""

    id = "EKI220"
    severity = ERROR
    title = "Targets that speak HTTP/2 or gRPC are behind an HTTP listener"
    why = "AWS refuses a rule of an HTTP listener whose target group has the protocol version HTTP2 or GRPC."
    remedy = "Write listen-ports: '[{\"HTTPS\": 443}]' or ssl-redirect."
    source = "Elastic Load Balancing documentation, Target groups, Protocol version"
    example = "backend-protocol-version: GRPC   # without an HTTPS listener"

    def find(self, plan: Plan) -> Iterator[Finding]:
        plain = {
            target.id
            for balancer in plan.load_balancers
            for target in balancer.target_groups
            if target.protocol_version not in (None, "HTTP1")
        }
        unsure = unsure_of_ports(plan) if plain else ()
        for listener, rule in answers(plan) if plain else ():
            if listener.protocol == "HTTP" and isinstance(rule.action, Forward) and rule.ingress not in unsure:
                for target in rule.action.targets:
                    if target.group is not None and target.group.id in plain:
                        version = target.group.protocol_version
                        yield self.in_rule(rule, f"HTTP {listener.port} leads to Service {target.service}, which speaks {version}.")
