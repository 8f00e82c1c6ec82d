"""The types of AWS resources that our templates have, made in moto, or answered here where moto has none of the kind."""

from __future__ import annotations

from tests.deploy.stacks.natives import access, balancing, certificates, clusters, functions, names, network, records
from tests.deploy.stacks.natives.native import Native

_ROOMS = (access, balancing, certificates, clusters, functions, names, network, records)
TYPES: dict[str, type[Native]] = {native.type: native for room in _ROOMS for native in room.TYPES}
