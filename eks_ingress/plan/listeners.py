"""The listeners of a group: what each does by default, and its rules in order of priority.

Facts: controller documentation, "Listen ports", "SSL redirect", "Ingress specification"; the controller's listener and rule
builders (`pkg/ingress`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from eks_ingress.annotations import catalogue as c
from eks_ingress.annotations.grammar import Int, Unreadable
from eks_ingress.plan.backends import Backends
from eks_ingress.plan.conditions import NOTHING, comparison, transforms
from eks_ingress.plan.members import Group, Member
from eks_ingress.plan.merging import merged_by_key, pairs
from eks_ingress.plan.model import Action, Auth, Listener, Pairs, RedirectTo, Respond, Rule, Transform
from eks_ingress.plan.optimise import optimise
from eks_ingress.plan.ports import PortSettings
from eks_ingress.plan.sign_in import sign_in
from eks_ingress.plan.tags import tags_of_group, tags_of_ingress
from eks_ingress.plan.target_groups import TargetGroups
from eks_ingress.refusal import Refused, all_of
from eks_ingress.source import Source

_TYPES = ("Exact", "Prefix", "ImplementationSpecific")
_NOT_FOUND = Respond("404", "text/plain")


def https_redirect(group: Group, ports: Mapping[int, PortSettings]) -> RedirectTo | None:
    """The redirect to HTTPS that all HTTP listeners of the group have, if a member asks for one. Raises `Refused`."""
    wanted: dict[int, Member] = {}
    for member in group.members:
        of_class = member.of_class.says("sslRedirectPort")
        if of_class is not None:
            try:
                wanted.setdefault(Int().decode(str(of_class)), member)
            except Unreadable:  # the controller takes this for no redirect at all
                return None
        elif (port := member.read(c.SSL_REDIRECT)) is not None:
            wanted.setdefault(port, member)
    if not wanted:
        return None
    port, member = next(iter(wanted.items()))
    if len(wanted) > 1:
        raise member.refuse(
            "EKI231",
            f"the group's members redirect to the ports {sorted(wanted)}.",
            "Write one port in all of them.",
            "conflicting sslRedirect port:",
            at=c.SSL_REDIRECT,
        )
    if port not in ports or ports[port].protocol != "HTTPS":
        event = "listener protocol non-SSL for" if port in ports else "listener does not exist for"
        raise member.refuse(
            "EKI206",
            f"ssl-redirect names port {port}, which is no HTTPS listener.",
            "Name an HTTPS port of listen-ports.",
            f"{event} SSLRedirect port: {port}",
            at=c.SSL_REDIRECT,
        )
    return RedirectTo("HTTP_301", port=str(port), protocol="HTTPS")


class Listening(NamedTuple):
    """Makes the listeners of one group. What is wrong becomes a problem of the group."""

    group: Group
    backends: Backends
    target_groups: TargetGroups
    redirect: RedirectTo | None

    def listener(self, port: int, settings: PortSettings, members: Sequence[Member]) -> Listener:
        """One of them, with the members that listen there."""
        redirected = self.redirect is not None and settings.protocol == "HTTP"
        default: tuple[Action, Auth | None, Source | None] = (_NOT_FOUND, None, None)
        if self.redirect is not None and redirected:
            default = (self.redirect, None, None)
        else:
            with self.group.gather():
                default = self._default(settings.protocol, members)
        rules = [] if redirected else list(self._rules(settings.protocol, members))
        kept, dropped = optimise(port, settings.protocol, rules)
        attributes: Mapping[str, str] = {}
        tags: Pairs = ()
        with self.group.gather():
            attributes = self._attributes(port, settings.protocol, members)
        with self.group.gather():
            tags = tags_of_group(self.group, members)
        return Listener(
            port=port,
            protocol=settings.protocol,
            certificates=settings.certificates,
            default_action=default[0],
            rules=tuple(rule if rule.priority == n else rule._replace(priority=n) for n, rule in enumerate(kept, start=1)),
            dropped=tuple(dropped),
            default_auth=default[1],
            default_source=default[2],
            tls_policy=settings.tls_policy,
            mutual_tls=settings.mutual_tls,
            attributes=pairs(attributes),
            tags=tags,
            members=tuple(member.name for member in members),
            source=members[0].manifest.source,
        )

    def _attributes(self, port: int, protocol: str, members: Sequence[Member]) -> dict[str, str]:
        listeners = members[0].of_class.says("listeners") or ()
        own: Mapping[str, Any] = next((x for x in listeners if (x.get("protocol"), x.get("port")) == (protocol, port)), {})
        decided = {str(x["key"]): str(x["value"]) for x in own.get("listenerAttributes") or ()}
        event = "conflicting listener attributes {}:"
        return merged_by_key(c.LISTENER_ATTRIBUTES, members, decided, event, listener=f"{protocol}-{port}")

    def _default(self, protocol: str, members: Sequence[Member]) -> tuple[Action, Auth | None, Source | None]:
        """What becomes of requests that no rule takes, and where that was written. Raises `Refused`."""
        owners = [member for member in members if member.spec.get("defaultBackend")]
        if len(owners) > 1:
            names = ", ".join(owner.name for owner in owners)
            raise owners[-1].refuse(
                "EKI205",
                f"several Ingresses of the group have a default backend: {names}.",
                "Keep one of them.",
                f"multiple ingress defined default backend: [{' '.join(owner.name for owner in owners)}]",
            )
        if not owners:
            return _NOT_FOUND, None, None
        (owner,) = owners
        backend = owner.spec["defaultBackend"]
        # The controller reads its conditions too, though nothing compares with them.
        name = _name_of(backend)
        comparison(owner, name)
        transforms(owner, name)
        action, auth = self._answer(owner, backend, protocol)
        return action, auth, owner.manifest.source_of("spec", "defaultBackend")

    def _answer(self, member: Member, backend: Mapping[str, Any], protocol: str) -> tuple[Action, Auth | None]:
        """What becomes of a request to a backend, and what a client must show first. Raises `Refused`."""
        resolved = self.backends.resolve(member, backend)
        said = member.said if resolved.only_service is None else self.target_groups.said(member, resolved.only_service)
        refused = [resolved.action] if isinstance(resolved.action, Refused) else []
        auth = None
        try:
            auth = sign_in(self.group, member, said, protocol)
        except Refused as wrong:
            refused.append(wrong)
        if refused or isinstance(resolved.action, Refused):
            raise all_of(refused)
        return resolved.action, auth

    def _rules(self, protocol: str, members: Sequence[Member]) -> Iterator[Rule]:
        """The rules as the controller finds them: members in group order, rules as written, paths of a rule by their type.

        They have the priorities that they keep if the controller leaves none out.
        """
        priority = 0
        for member in members:
            tags: Pairs = ()
            with self.group.gather():
                tags = tags_of_ingress(self.group, member)
            for number, rule in enumerate(member.spec.get("rules") or ()):
                paths = list(enumerate((rule.get("http") or {}).get("paths") or ()))
                if len(paths) > 1:
                    paths.sort(key=lambda item: _place(item[1]))
                for index, path in paths:
                    priority += 1
                    source = member.manifest.source_of("spec", "rules", number, "http", "paths", index)
                    try:
                        made = self._rule(member, rule.get("host"), path, protocol, source, priority)
                    except Refused as refused:
                        self.group.problems += [x._replace(source=_finer(x.source, member, source)) for x in refused.problems]
                    else:
                        yield made._replace(tags=tags) if tags else made

    def _rule(
        self, member: Member, host: str | None, path: Mapping[str, Any], protocol: str, source: Source, priority: int
    ) -> Rule:
        """The rule of a path. Raises `Refused`."""
        backend = path.get("backend") or {}
        name = _name_of(backend)
        further = NOTHING
        globs: tuple[str, ...] = ()
        regexes: tuple[str, ...] = ()
        changes: tuple[Transform, ...] = ()
        action: Action = _NOT_FOUND
        auth: Auth | None = None
        refused = []
        # Each for itself, so that all that is wrong with a path is told at once.
        try:
            further = comparison(member, name)
        except Refused as wrong:
            refused.append(wrong)
        try:
            globs, regexes = _globs(member, path)
        except Refused as wrong:
            refused.append(wrong)
        try:
            changes = transforms(member, name)
        except Refused as wrong:
            refused.append(wrong)
        try:
            action, auth = self._answer(member, backend, protocol)
        except Refused as wrong:
            refused.append(wrong)
        hosts = ((host,) if host else ()) + further.hosts
        paths, path_regexes = globs + further.paths, regexes + further.path_regexes
        for what, patterns, expressions in (("host", hosts, further.host_regexes), ("path", paths, path_regexes)):
            if patterns and expressions:
                refused.append(
                    member.refuse(
                        "EKI109",
                        f"a rule compares its {what} with the patterns {list(patterns)} and the expressions {list(expressions)}.",
                        "Write one kind only.",
                        f"{what} condition must specify exactly one of Values and RegexValues",
                    )
                )
        if refused:
            raise all_of(refused)
        anything = not (hosts or paths or further.host_regexes or path_regexes or further.requirements)
        return Rule(
            hosts,
            ("/*",) if anything else paths,
            action,
            source,
            priority,
            further.host_regexes,
            path_regexes,
            further.requirements,
            changes,
            auth,
            ingress=member.name,
        )


def _finer(source: Source | None, member: Member, path: Source) -> Source | None:
    """Where a path stands, for a problem that is known only to be somewhere in its Ingress."""
    return path if source == member.manifest.source else source


def _name_of(backend: Mapping[str, Any]) -> str:
    """The name that the conditions and transforms of a backend have."""
    service = backend.get("service")
    return str(service.get("name")) if isinstance(service, Mapping) else ""


def _place(path: Mapping[str, Any]) -> tuple[int, int]:
    kind = path.get("pathType") or "ImplementationSpecific"
    # The controller counts bytes.
    return _TYPES.index(kind) if kind in _TYPES else 3, -len((path.get("path") or "").encode()) if kind == "Prefix" else 0


def _globs(member: Member, path: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The path patterns of a path, as the load balancer compares them, and the expressions. Raises `Refused`."""
    text = path.get("path") or ""
    kind = path.get("pathType") or "ImplementationSpecific"
    if kind not in _TYPES:
        raise member.refuse(
            "EKI110",
            f"the path type {kind!r} does not exist.",
            f"Write one of {', '.join(_TYPES)}.",
            f"unknown pathType for path {text}",
        )
    if not text:
        return (), ()
    if kind != "ImplementationSpecific" and text != "/" and ("*" in text or "?" in text):
        raise member.refuse(
            "EKI108",
            f"the {kind} path {text!r} has a wildcard.",
            "Use the path type ImplementationSpecific for patterns.",
            f"{kind.lower()} path shouldn't contain wildcards: {text}",
        )
    if kind == "ImplementationSpecific" and member.read(c.USE_REGEX_PATH_MATCH):
        return (), (text[1:],)
    if kind != "Prefix":
        return (text,), ()
    stem = text.removesuffix("/")
    return ((stem, f"{stem}/*") if text != "/" else ("/*",)), ()
