"""AWS Shield: whether there is a subscription.

Facts: Shield API, GetSubscriptionState.
"""

from __future__ import annotations

import json

from moto.shield.responses import ShieldResponse


def get_subscription_state(self: ShieldResponse) -> str:
    """Active from the moment when somebody subscribed."""
    return json.dumps({"SubscriptionState": "ACTIVE" if self.shield_backend.subscription else "INACTIVE"})


AMENDED: list[tuple[type, str, object]] = [
    (ShieldResponse, "get_subscription_state", get_subscription_state),
]
