"""What Ingresses say and their class overrules.

Facts: controller documentation, "IngressClassParams"; load balancer attributes, listener attributes and tags are overruled key by
key, all else as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import Any

from eks_ingress.annotations import catalogue as c
from eks_ingress.annotations.catalogue import Annotation
from eks_ingress.annotations.grammar import Unreadable
from eks_ingress.plan.members import Member
from eks_ingress.plan.model import Overruled

_BY_KEY = (c.LOAD_BALANCER_ATTRIBUTES, c.TAGS, c.LISTENER_ATTRIBUTES)

_ALSO: Mapping[Annotation, str] = {c.SECURITY_GROUP_PREFIX_LISTS: "PrefixListsIDs", c.WAFV2_ACL_ARN: "wafv2AclName"}
"""Further fields that overrule an annotation: an older spelling, and a web ACL by name, which goes before one by ARN."""


def overruled(member: Member) -> Iterator[Overruled]:
    """Each annotation of an Ingress that its class overrules."""
    for key, text in member.manifest.annotations.items():
        row = c.find(key)
        for field in () if row is None else (row.overridden_by, _ALSO.get(row)):
            said = None if field is None else member.of_class.says(field)
            if row is not None and said is not None and (row not in _BY_KEY or _keys(row, key, said) & _written(row, text)):
                yield Overruled(key, str(text), member.of_class.name, str(field), member.manifest.source)
                break


def _written(row: Annotation, text: object) -> Set[str]:
    """The keys about which an annotation says something; none where it cannot be read."""
    try:
        keys: Set[str] = row.grammar.decode(text).keys() if isinstance(text, str) else set()
    except Unreadable:
        return set()
    return keys


def _keys(row: Annotation, key: str, said: Any) -> set[str]:
    """The keys about which a class says something."""
    entries: list[Mapping[str, Any]] = said
    if row is c.LISTENER_ATTRIBUTES:
        listener = [x for x in said if key == row.key(listener=f"{x.get('protocol')}-{x.get('port')}")]
        entries = [entry for x in listener for entry in x.get("listenerAttributes") or ()]
    return {str(entry.get("key")) for entry in entries}
