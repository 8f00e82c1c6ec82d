"""The order bands of a load balancer that several teams add routes to.

The controller tries the Ingresses of a group by `group.order`, -1000 to 1000. Each part has a band of its own, so that what one
team adds changes nothing of another's; the routes of the load balancer itself come after all of them.

Facts: controller documentation, "IngressGroup", group.order.
"""

from __future__ import annotations

BANDS = 50
"""How many parts a load balancer can have."""
WIDTH = 10
"""How many Ingresses one after the other a part can have."""
_LEAST = -1000


def last_order(band: int) -> int:
    """The highest order of a band, counted from 1: the first is -991, the fiftieth -501."""
    return _LEAST + WIDTH * band - 1
