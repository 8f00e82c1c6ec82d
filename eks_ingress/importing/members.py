"""The Ingresses of a group in typed words that say all: what the controller's flags decide for them as well."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from eks_ingress.annotations import catalogue as c
from eks_ingress.annotations.texts import Left
from eks_ingress.importing.items import OWN_CLASS
from eks_ingress.importing.tools import is_of_tool, reader_of
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.manifests.read_ingress import read_ingress
from eks_ingress.plan.flags import ControllerFlags
from eks_ingress.plan.members import Group, Member
from eks_ingress.refusal import Problem, Refused
from eks_ingress.routing.backend import services_of
from eks_ingress.routing.ingress import Ingress
from eks_ingress.routing.listener import Listener
from eks_ingress.routing.names import LEGACY_CLASS
from eks_ingress.routing.protocol import Protocol
from eks_ingress.routing.scheme import Scheme
from eks_ingress.routing.targets import TargetType
from eks_ingress.routing.tls import TlsPolicy

_OF_CLUSTER = frozenset(
    {"creationTimestamp", "finalizers", "generation", "managedFields", "ownerReferences", "resourceVersion", "selfLink", "uid"}
)
"""What the cluster writes into the metadata of an object."""


class ReadMember:
    """An Ingress, in typed words where there are such."""

    def __init__(self, member: Member, defaults: _Defaults) -> None:
        self.member = member
        self.manifest = member.manifest
        self.class_name = member.of_class.name or OWN_CLASS
        """The IngressClass that it is of."""
        self.reason = ""
        """Why there are no typed words for it."""
        self.lost: list[Problem] = []
        """What it says and the words do not."""
        self.unsaid: list[str] = []
        """That of it which counts, though no words say it."""
        self.notes = [*_of_tools(self.manifest)]
        """What is left out on purpose, however it is written."""
        self.said_otherwise: list[Problem] = []
        """What typed words say in another way."""
        self._typed: Ingress | None = None
        try:
            read = read_ingress(self.manifest, certificates_of_class=bool(member.of_class.says("certificateArn")))
            self._typed = self._plain(defaults.put_into(read.ingress, member, self.class_name))
            left = [left for left in read.left if not defaults.says(left)]
            self.lost += map(_lost, left)
            self.unsaid = [f"{found.what} {found.reason}" for found in left if not found.is_idle]
        except Refused as refused:
            self.reason = "; ".join(problem.reason.rstrip(".") for problem in refused.problems)
        self.verbatim = _verbatim(member, defaults)
        """As it stands, without what the cluster and tools wrote."""

    @property
    def is_typed(self) -> bool:
        """Whether typed words say it."""
        return self._typed is not None

    @property
    def ingress(self) -> Ingress:
        """It in typed words; not to be asked for where there are none."""
        assert self._typed is not None
        return self._typed

    def _plain(self, ingress: Ingress) -> Ingress:
        """Without what is for tools, and for other controllers, which is noted."""
        manifest = self.manifest
        if LEGACY_CLASS in manifest.annotations:
            said = f"{LEGACY_CLASS} becomes ingressClassName."
            self.said_otherwise.append(Problem(said, "Both choose the same controller.", manifest.source))
        for key in ingress.annotations:
            if (reader := reader_of(key)) is not None:
                at = manifest.source_of("metadata", "annotations", key)
                self.lost.append(
                    Problem(f"{key} is for {reader}, and has no effect here.", "Say it with a route, or remove it.", at)
                )
        return replace(
            ingress,
            labels={key: text for key, text in ingress.labels.items() if not is_of_tool(key)},
            annotations={key: text for key, text in ingress.annotations.items() if not is_of_tool(key) and not reader_of(key)},
        )


def read_members(group: Group, flags: ControllerFlags, planned: ControllerFlags) -> list[ReadMember]:
    """The members of a group, which is well; where `planned` flags would decide otherwise than `flags`, that is said."""
    defaults = _Defaults(group, flags, planned)
    return [ReadMember(member, defaults) for member in group.members]


class _Defaults:
    """What holds for the members of a group where they say nothing."""

    def __init__(self, group: Group, flags: ControllerFlags, planned: ControllerFlags) -> None:
        members = group.members
        self._target_type = flags.default_target_type if flags.default_target_type != planned.default_target_type else None
        scheme = None if flags.default_scheme == planned.default_scheme else Scheme(flags.default_scheme)
        scheme_said = any(x.of_class.says("scheme") or x.said.text(c.SCHEME) for x in members)
        self._scheme = None if scheme_said else scheme
        self._frontend_scheme = None if any(x.said.text(c.FRONTEND_NLB_SCHEME) for x in members) else scheme
        policy_said = any(x.of_class.says("sslPolicy") or x.said.text(c.SSL_POLICY) for x in members)
        differs = flags.default_tls_policy != planned.default_tls_policy
        policies = {policy.value: policy for policy in TlsPolicy}
        policy = flags.default_tls_policy
        self._tls_policy = None if policy_said or not differs else policies.get(policy, policy)
        self._policy = None if self._tls_policy is None else policy
        ports = [port for member in members if (port := member.read(c.SSL_REDIRECT)) is not None]
        self._redirect: int | None = ports[0] if ports else None

    def target_type(self, member: Member) -> str | None:
        """What flags decide of the targets of an Ingress, where it says nothing and an `EksIngress` would decide otherwise."""
        said = member.of_class.says("targetType") or member.said.text(c.TARGET_TYPE)
        return None if said else self._target_type

    def annotations(self, member: Member) -> dict[str, str]:
        """The same in annotations."""
        scheme = None if self._scheme is None else self._scheme.value
        frontend = self._frontend_scheme if member.read(c.ENABLE_FRONTEND_NLB) else None
        said = {
            c.TARGET_TYPE: self.target_type(member),
            c.SCHEME: scheme,
            c.FRONTEND_NLB_SCHEME: None if frontend is None else frontend.value,
            c.SSL_POLICY: self._policy,
        }
        return {row.key(): text for row, text in said.items() if text is not None}

    def says(self, left: Left) -> bool:
        """Whether other members say what one of them has no words for: the redirect of HTTP listeners."""
        return self._redirect is not None and left.what == c.SSL_REDIRECT.key()

    def put_into(self, ingress: Ingress, member: Member, class_name: str) -> Ingress:
        """An Ingress that says them."""
        said: dict[str, Any] = {"class_name": None if class_name == OWN_CLASS else class_name}
        backends = [path.backend for rule in ingress.rules for path in rule.paths]
        backends += [] if ingress.default_backend is None else [ingress.default_backend]
        target_type = self.target_type(member)
        if target_type is not None and any(True for backend in backends for _ in services_of(backend)):
            said["targets"] = replace(ingress.targets, target_type=TargetType(target_type))
        frontend = ingress.settings.frontend_nlb
        if frontend is not None and self._frontend_scheme is not None:
            frontend = replace(frontend, scheme=self._frontend_scheme)
        said["settings"] = replace(ingress.settings, scheme=self._scheme or ingress.settings.scheme, frontend_nlb=frontend)
        if ingress.listeners is not None:
            said["listeners"] = tuple(map(self._listener, ingress.listeners))
        return replace(ingress, **said)

    def _listener(self, listener: Listener) -> Listener:
        if listener.protocol is Protocol.HTTPS:
            return replace(listener, tls_policy=listener.tls_policy or self._tls_policy)
        return replace(listener, redirects_to=self._redirect)


def _verbatim(member: Member, defaults: _Defaults) -> Manifest:
    manifest = member.manifest
    metadata = {name: part for name, part in (manifest.body.get("metadata") or {}).items() if name not in _OF_CLUSTER}
    for name in ("labels", "annotations"):
        if kept := {key: text for key, text in (metadata.pop(name, None) or {}).items() if not is_of_tool(key)}:
            metadata[name] = kept
    if added := defaults.annotations(member):
        metadata["annotations"] = {**metadata.get("annotations", {}), **added}
    body = {name: part for name, part in manifest.body.items() if name not in ("metadata", "spec", "status")}
    return replace(manifest, body={**body, "metadata": metadata, "spec": manifest.body.get("spec") or {}})


def _of_tools(manifest: Manifest) -> Iterator[Problem]:
    """A note on the labels and annotations of tools, which are left out."""
    metadata = manifest.body.get("metadata") or {}
    tools = [key for key in (*(metadata.get("labels") or {}), *manifest.annotations) if is_of_tool(key)]
    if tools:
        what = f"left out what tools wrote: {', '.join(tools)}."
        yield Problem(what, "Have the tool let go of the Ingress before it is deployed from here.", manifest.source)


def _lost(left: Left) -> Problem:
    return Problem(f"{left.what} {left.reason}.", "It is not in the code.", left.source)
