"""The listeners of a group: its ports, what each does by default, and its rules in order of priority.

Facts: controller documentation, "Listen ports", "SSL redirect", "Ingress specification"; the controller's listener and rule
builders (`pkg/ingress`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from eks_ingress.annotations import catalogue as c
from eks_ingress.plan.backends import action
from eks_ingress.plan.conditions import comparison, transforms
from eks_ingress.plan.members import Member
from eks_ingress.plan.model import Action, Listener, RedirectTo, Respond, Rule
from eks_ingress.plan.optimise import optimise
from eks_ingress.plan.sign_in import sign_in
from eks_ingress.source import Source

_SIGN_IN = {c.AUTH_TYPE, c.AUTH_IDP_COGNITO, c.AUTH_IDP_OIDC, c.JWT_VALIDATION}
_TYPES = ("Exact", "Prefix", "ImplementationSpecific")


def listeners(members: Sequence[Member], default_target_type: str) -> Iterator[Listener]:
    """The listeners of a group by port. Raises `Refused` for what the controller would refuse."""
    ports: dict[int, str] = {}
    listening: dict[int, list[Member]] = {}
    for member in members:
        for port, protocol in listen_ports(member).items():
            if ports.setdefault(port, protocol) != protocol:
                raise member.refuse(
                    f"port {port} is {protocol} here and {ports[port]} in Ingress {listening[port][0].name} of the same group.",
                    "Give the port one protocol in all of them.",
                )
            listening.setdefault(port, []).append(member)
    redirect = _redirect(members, ports)
    for port, protocol in sorted(ports.items()):
        redirected = redirect is not None and protocol == "HTTP"
        rules = [] if redirected else list(_rules(listening[port], protocol, default_target_type))
        kept, dropped = optimise(port, protocol, rules)
        owner = None if redirected else _owner_of_default(listening[port])
        yield Listener(
            port=port,
            protocol=protocol,
            certificates=_certificates(listening[port]) if protocol == "HTTPS" else (),
            default_action=redirect if redirect and redirected else _default(owner, default_target_type),
            rules=tuple(rule if rule.priority == n else replace(rule, priority=n) for n, rule in enumerate(kept, start=1)),
            dropped=tuple(dropped),
            default_auth=None if owner is None else sign_in(owner, protocol),
            default_source=None if owner is None else owner.manifest.source,
        )


def listen_ports(member: Member) -> dict[int, str]:
    """The ports of an Ingress and their protocols; without the annotation HTTPS on 443 if it has certificates, else HTTP on 80."""
    document = member.read(c.LISTEN_PORTS)
    if document is None:
        return {443: "HTTPS"} if _arns(member) else {80: "HTTP"}
    ports: dict[int, str] = {}
    for entry in document:
        for protocol, port in entry.items():
            if protocol not in ("HTTP", "HTTPS") or not 1 <= port <= 65535:
                raise member.refuse(
                    f"listen-ports holds {protocol} on port {port}.", "Write HTTP or HTTPS and a port from 1 to 65535."
                )
            ports[port] = protocol
    if not ports:
        raise member.refuse("listen-ports is empty.", 'Write [{"HTTP": 80}], or leave the annotation out.')
    return ports


def _redirect(members: Sequence[Member], ports: Mapping[int, str]) -> RedirectTo | None:
    """The redirect to HTTPS that all HTTP listeners of the group have, if a member asks for one."""
    said = ((_redirect_port(member), member) for member in members)
    wanted = {port: member for port, member in said if port is not None}
    if not wanted:
        return None
    port, member = next(iter(wanted.items()))
    if len(wanted) > 1:
        raise member.refuse(f"the group's members redirect to the ports {sorted(wanted)}.", "Write one port in all of them.")
    if ports.get(port) != "HTTPS":
        raise member.refuse(f"ssl-redirect names port {port}, which is no HTTPS listener.", "Name an HTTPS port of listen-ports.")
    return RedirectTo("HTTP_301", port=str(port), protocol="HTTPS")


def _redirect_port(member: Member) -> int | None:
    of_class = member.of_class.says("sslRedirectPort")
    port: int | None = member.read(c.SSL_REDIRECT) if of_class is None else int(of_class)
    return port


def _arns(member: Member) -> Sequence[str]:
    return member.of_class.says("certificateArn") or member.read(c.CERTIFICATE_ARN) or ()


def _certificates(members: Sequence[Member]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(arn for member in members for arn in _arns(member)))


def _owner_of_default(members: Sequence[Member]) -> Member | None:
    """The Ingress that says what becomes of requests that no rule takes."""
    owners = [member for member in members if member.spec.get("defaultBackend")]
    if len(owners) > 1:
        names = ", ".join(owner.name for owner in owners)
        raise owners[-1].refuse(f"several Ingresses of the group have a default backend: {names}.", "Keep one of them.")
    return owners[0] if owners else None


def _default(owner: Member | None, default_target_type: str) -> Action:
    if owner is None:
        return Respond("404", "text/plain")
    backend = owner.spec["defaultBackend"]
    # The controller reads its conditions too, though nothing compares with them.
    name = _name_of(backend)
    comparison(owner, name)
    transforms(owner, name)
    return action(owner, backend, default_target_type)


def _name_of(backend: Mapping[str, Any]) -> str:
    """The name that the conditions and transforms of a backend have."""
    service = backend.get("service")
    return str(service.get("name")) if isinstance(service, Mapping) else ""


def _rules(members: Sequence[Member], protocol: str, default_target_type: str) -> Iterator[Rule]:
    """The rules as the controller finds them: members in group order, rules as written, paths of a rule by their type.

    They have the priorities that they keep if the controller leaves none out.
    """
    priority = 0
    for member in members:
        for number, rule in enumerate(member.spec.get("rules") or ()):
            paths = list(enumerate((rule.get("http") or {}).get("paths") or ()))
            for index, path in sorted(paths, key=lambda item: _place(member, item[1])):
                source = member.manifest.source_of("spec", "rules", number, "http", "paths", index)
                priority += 1
                auth = sign_in(member, protocol) if member.rows & _SIGN_IN else None
                yield _rule(member, rule.get("host"), path, default_target_type, source, priority, auth)


def _rule(
    member: Member,
    host: str | None,
    path: Mapping[str, Any],
    default_target_type: str,
    source: Source,
    priority: int,
    auth: str | None,
) -> Rule:
    """The rule of a path. Raises `Refused` where patterns and expressions would meet in one condition."""
    name = _name_of(path.get("backend") or {})
    further = comparison(member, name)
    hosts = ((host,) if host else ()) + further.hosts
    globs, regexes = _globs(member, path)
    paths, path_regexes = globs + further.paths, regexes + further.path_regexes
    for what, patterns, expressions in (("host", hosts, further.host_regexes), ("path", paths, path_regexes)):
        if patterns and expressions:
            raise member.refuse(
                f"a rule compares its {what} with the patterns {list(patterns)} and the expressions {list(expressions)}.",
                "Write one kind only.",
            )
    anything = not (hosts or paths or further.host_regexes or path_regexes or further.requirements)
    return Rule(
        hosts=hosts,
        paths=("/*",) if anything else paths,
        action=action(member, path.get("backend") or {}, default_target_type),
        source=source,
        priority=priority,
        host_regexes=further.host_regexes,
        path_regexes=path_regexes,
        requirements=further.requirements,
        transforms=transforms(member, name),
        auth=auth,
    )


def _place(member: Member, path: Mapping[str, Any]) -> tuple[int, int]:
    kind = path.get("pathType") or "ImplementationSpecific"
    if kind not in _TYPES:
        raise member.refuse(f"the path type {kind!r} does not exist.", f"Write one of {', '.join(_TYPES)}.")
    return _TYPES.index(kind), -len(path.get("path") or "") if kind == "Prefix" else 0


def _globs(member: Member, path: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The path patterns of a path, as the load balancer compares them, and the expressions."""
    text = path.get("path") or ""
    kind = path.get("pathType") or "ImplementationSpecific"
    if not text:
        return (), ()
    if kind != "ImplementationSpecific" and text != "/" and ("*" in text or "?" in text):
        raise member.refuse(f"the {kind} path {text!r} has a wildcard.", "Use the path type ImplementationSpecific for patterns.")
    if kind == "ImplementationSpecific" and member.read(c.USE_REGEX_PATH_MATCH):
        return (), (text[1:],)
    if kind != "Prefix":
        return (text,), ()
    stem = text.removesuffix("/")
    return ((stem, f"{stem}/*") if text != "/" else ("/*",)), ()
