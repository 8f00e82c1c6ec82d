"""How much of a group of Ingresses becomes routes: as much as makes the same load balancer.

First a load balancer with routes; where that would be another one, each Ingress in typed words; and what these cannot say as it
stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from eks_ingress.annotations.others import is_the_controllers
from eks_ingress.importing.items import AddClass, AddIngress, AddLoadBalancer, AddManifests, Item
from eks_ingress.importing.members import ReadMember, read_members
from eks_ingress.importing.names import Ids
from eks_ingress.importing.routes import Routes
from eks_ingress.importing.sameness import Keep, difference, renamed
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.build import plan
from eks_ingress.plan.facts import Facts
from eks_ingress.plan.flags import ControllerFlags
from eks_ingress.plan.members import Group
from eks_ingress.plan.model import LoadBalancer, Plan
from eks_ingress.refusal import Problem, Refused

_UPSTREAM = ControllerFlags()


@dataclass(frozen=True)
class Target:
    """The controller that the code is for, and what there is in the cluster besides what the code makes."""

    flags: ControllerFlags
    """Those of the controller that is there."""
    facts: Facts
    others: Sequence[Manifest]
    """All objects that stay as they are."""
    classes: Mapping[str, AddClass]
    """The classes that the code adds, by name."""
    complete: bool
    """Whether that is all that the cluster has."""

    @property
    def planned_flags(self) -> ControllerFlags:
        """Those with which an `EksIngress` plans: where these decide what an Ingress does not say, the code says it."""
        return replace(
            self.flags,
            default_target_type="ip",
            default_scheme=_UPSTREAM.default_scheme,
            default_tls_policy=_UPSTREAM.default_tls_policy,
        )

    def load_balancer(self, items: Sequence[Item]) -> LoadBalancer:
        """What the controller will build from what some calls make. Raises `Refused`."""
        planned = self.plan(items)
        if len(planned.load_balancers) != 1:
            reason = f"it would become {len(planned.load_balancers)} load balancers"
            raise Refused(planned.problems or [Problem(f"{reason}.", "Report this.")])
        return planned.load_balancers[0]

    def refused(self, items: Sequence[Item], beside: Sequence[Manifest]) -> Sequence[Problem]:
        """What the controller has against what some calls make, as long as some other Ingresses are there."""
        return self.plan(items, beside).problems

    def plan(self, items: Sequence[Item], beside: Sequence[Manifest] = ()) -> Plan:
        """The plan of what some calls make, with some other Ingresses beside it. Raises `Refused` for calls that are refused."""
        made = [manifest for item in (*self.classes.values(), *items) for manifest in item.manifests()]
        return plan([*self.others, *beside, *made], self.planned_flags, self.facts, complete=self.complete)


@dataclass
class Imported:
    """What a group became."""

    wanted: LoadBalancer
    """What the controller builds from the Ingresses as they are."""
    items: Sequence[Item]
    made: LoadBalancer | None
    """What it will build from the code; None if that is not the same."""
    reasons: Sequence[str]
    """Why it is not a load balancer with routes, or not even that in typed words."""
    lost: list[Problem] = field(default_factory=list)
    """What the Ingresses say and the code does not."""
    notes: list[Problem] = field(default_factory=list)
    """What is worth knowing, though nothing is lost."""


def import_group(group: Group, wanted: LoadBalancer, target: Target, keep: Keep, ids: Ids) -> Imported:
    """The calls that make the load balancer of a group, which is `wanted`."""
    members = read_members(group, target.flags, target.planned_flags)
    reasons: list[str] = []
    for attempt in _attempts(group, members, target, keep, ids):
        reason, made = attempt.reason, None
        if not reason:
            try:
                made = target.load_balancer(attempt.items)
                reason = difference(wanted, made, attempt.keep) or _told_others(members, attempt.items)
            except Refused as refused:
                reason = _said(refused)
        if not reason:
            return _imported(wanted, attempt, made, reasons, members, target, ids)
        if reason not in reasons:
            reasons.append(reason)
    found = _imported(wanted, attempt, None, reasons, members, target, ids)
    reason = f"the load balancer of {group.name} would not be the same: {reasons[-1]}."
    found.lost.append(Problem(reason, "Correct the code by hand.", wanted.source))
    return found


def _told_others(members: Sequence[ReadMember], items: Sequence[Item]) -> str:
    """What labels and annotations for others, which no plan shows, would be otherwise; empty where they stay."""
    if not any(isinstance(item, AddLoadBalancer) for item in items):
        return ""  # each object is made of the words of its own
    before = [(dict(member.ingress.labels), dict(member.ingress.annotations)) for member in members]
    for made in (manifest for item in items for manifest in item.manifests()):
        others = {key: text for key, text in made.annotations.items() if not is_the_controllers(key)}
        if (made.body["metadata"].get("labels", {}), others) not in before:
            return f"Ingress {made.full_name} would have labels or annotations that none has now"
    return ""


class _Attempt(NamedTuple):
    """Calls that may make the same load balancer."""

    items: Sequence[Item]
    ids: Ids
    """The ids that are taken then."""
    keep: Keep = Keep.OBJECTS
    """What must stay as it is."""
    reason: str = ""
    """Why there are no such calls."""


def _attempts(group: Group, members: Sequence[ReadMember], target: Target, keep: Keep, ids: Ids) -> Iterator[_Attempt]:
    """From the one that says most in the fewest words to the one that changes nothing."""
    if keep is not Keep.OBJECTS:
        yield _as_routes(group, members, target, keep, ids.copy())
    ids = ids.copy()
    names = [ids.id(member.manifest.name, member.manifest.namespace) for member in members]
    verbatim = [AddManifests(name, member.verbatim) for member, name in zip(members, names, strict=True)]
    typed: list[Item] = []
    for member, name, as_it_stands in zip(members, names, verbatim, strict=True):
        if member.is_typed:
            typed.append(AddIngress(name, member.ingress, target.classes.get(member.class_name)))
        else:
            yield _Attempt([], ids, reason=member.reason)
            typed.append(as_it_stands)
    yield _Attempt(typed, ids)
    for place in range(len(members)):
        yield _Attempt([*typed[:place], verbatim[place], *typed[place + 1 :]], ids)
    yield _Attempt(verbatim, ids)


def _as_routes(group: Group, members: Sequence[ReadMember], target: Target, keep: Keep, ids: Ids) -> _Attempt:
    class_name = members[0].class_name
    of_class = target.classes.get(class_name)
    if not group.explicit and keep is Keep.LOAD_BALANCERS:
        return _Attempt([], ids, reason="its load balancer is its own, and one with routes would take its place")
    if any(not member.is_typed for member in members):
        return _Attempt([], ids, reason=next(member.reason for member in members if not member.is_typed))
    if len({member.class_name for member in members}) > 1:
        return _Attempt([], ids, reason="its Ingresses are of several classes")
    try:
        routes = Routes(
            [member.ingress for member in members],
            group_name=group.name if group.explicit else None,
            class_name=class_name,
            overridden=frozenset() if of_class is None else of_class.overridden,
            tls_policy=target.flags.default_tls_policy,
        )
    except Refused as refused:
        return _Attempt([], ids, reason=_said(refused))
    name = ids.id(group.name if group.explicit else routes.balancer.name, routes.balancer.namespace)
    item = AddLoadBalancer(name, routes.balancer, routes.routes, routes.default, of_class)
    return _Attempt([item], ids, Keep.LOAD_BALANCERS if group.explicit else Keep.NOTHING)


def _imported(
    wanted: LoadBalancer,
    attempt: _Attempt,
    made: LoadBalancer | None,
    reasons: Sequence[str],
    members: Sequence[ReadMember],
    target: Target,
    ids: Ids,
) -> Imported:
    ids.adopt(attempt.ids)
    verbatim = {(item.object.namespace, item.object.name) for item in attempt.items if isinstance(item, AddManifests)}
    typed = [member for member in members if (member.manifest.namespace, member.manifest.name) not in verbatim]
    if verbatim:
        unsaid = [reason for member in members if member not in typed for reason in member.unsaid]
        reasons = unsaid or reasons
    found = Imported(wanted, attempt.items, made, reasons)
    for member in members:
        found.notes += member.notes
        if member in typed:
            found.lost += member.lost
            found.notes += member.said_otherwise
    if made is not None and isinstance(attempt.items[0], AddLoadBalancer):
        left = [member.manifest for member in members if f"{member.manifest.namespace}/{member.manifest.name}" not in made.members]
        found.notes += _changes(wanted, made, left, target.refused(attempt.items, left) if left else ())
    return found


def _changes(wanted: LoadBalancer, made: LoadBalancer, left: Sequence[Manifest], refused: Sequence[Problem]) -> Iterator[Problem]:
    """What gets a new name, so that something new takes the place of what is there, and what is `left` of that.

    `refused` is what the controller has against the new Ingresses as long as these are there too.
    """
    if made.group != wanted.group:
        yield Problem(
            f"load balancer {wanted.name} is replaced by {made.name}, which has another address.",
            "Leave --keep nothing out to keep it.",
            wanted.source,
        )
    elif count := renamed(wanted, made):
        groups = "1 target group gets a new name" if count == 1 else f"{count} target groups get new names"
        yield Problem(
            f"{groups}, with that of {'its Ingress' if count == 1 else 'their Ingresses'}.",
            "With --keep objects nothing gets one.",
            wanted.source,
        )
    if left:
        names = ", ".join(f"{manifest.namespace}/{manifest.name}" for manifest in left)
        what = f"{names} is not needed any more; delete it" if len(left) == 1 else f"{names} are not needed any more; delete them"
        if refused:
            when, remedy = (
                "with the deployment",
                f"Beside the new ones the controller refuses the group: {_said(Refused(refused))}.",
            )
        else:
            when, remedy = "when the new targets are healthy", "Until then both answer alike."
        yield Problem(f"Ingress {what} {when}.", remedy, left[0].source)


def _said(refused: Refused) -> str:
    return "; ".join(dict.fromkeys(problem.reason.rstrip(".") for problem in refused.problems))
