"""Ids of constructs and names of variables, each once."""

from __future__ import annotations

import keyword
import re

from eks_ingress.routing.names import slug


class Ids:
    """The ids that are taken below one construct."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def copy(self) -> Ids:
        """The same ids, of which further ones may be taken for a try."""
        copied = Ids()
        copied._taken = set(self._taken)
        return copied

    def adopt(self, other: Ids) -> None:
        """Takes what was taken for a try."""
        self._taken |= other._taken

    def id(self, *names: str) -> str:
        """An id for something of this name, or else with the further names before it: `PublicApi` for `public-api`."""
        stems = ["".join(map(_camel, names[place::-1])) for place in range(len(names))]
        numbered = (f"{stems[-1]}{number}" for number in range(2, len(self._taken) + 3))
        found = next(name for name in (*stems, *numbered) if name not in self._taken)
        self._taken.add(found)
        return found


class Variables:
    """The names of variables in one function."""

    def __init__(self, taken: set[str]) -> None:
        self._taken = set(taken)

    def name(self, id: str) -> str:
        """A variable for a construct with this id: `public_api` for `PublicApi`."""
        stem = slug(id, 60).replace("-", "_")
        numbered = (f"{stem}_{number}" for number in range(2, len(self._taken) + 3))
        found = next(x for x in (stem, *numbered) if x not in self._taken and not keyword.iskeyword(x))
        self._taken.add(found)
        return found


def _camel(name: str) -> str:
    words = "".join(word[:1].upper() + word[1:] for word in re.split(r"[^0-9A-Za-z]+", name))
    return words if words[:1].isalpha() else f"X{words}"
