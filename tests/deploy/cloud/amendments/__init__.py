"""What moto lacks of what the controller calls, or answers otherwise than AWS, where the stories would notice.

Each file has what is put into moto's own classes for one kind of resource, in the process that serves it; all else about them stays
as it is.
"""

from __future__ import annotations

from tests.deploy.cloud.amendments import listeners, load_balancers, rules, security_groups, shield, target_groups


def apply() -> None:
    """Amend moto, before it answers anything."""
    for part in (load_balancers, listeners, rules, target_groups, security_groups, shield):
        for amended, name, by in part.AMENDED:
            setattr(amended, name, by)
