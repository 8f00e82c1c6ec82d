"""The user's values of the chart, laid over ours.

The chart has no schema and ignores what it does not know, so that a typing error would pass every step up to the cluster. Here it
is refused. Facts: the chart's templates (`kindIs "bool"`, maps that are written as `key=value,…`); CDK, which leaves out nulls;
Helm, which reads every number of a million and more as `1e+06`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eks_ingress.controller.chart_values import KNOWN_VERSION, OWNED, VALUES, Kind, Table, paths
from eks_ingress.controller.gates import require_gates, unknown_gates
from eks_ingress.controller.options import require_tags
from eks_ingress.nearest import nearest
from eks_ingress.refusal import Refusals
from eks_ingress.tokens import has_token

_WHAT = "chart value"
_MILLION = 10**6


@dataclass(frozen=True, slots=True)
class Merged:
    """Values for the chart."""

    values: dict[str, Any]
    unknown: tuple[str, ...] = ()
    """Paths of values, and of feature gates, that are not in the known chart; only for another version of it."""


def merge(ours: Mapping[str, Any], theirs: Mapping[str, Any], *, version: str = KNOWN_VERSION) -> Merged:
    """Lays the user's values over ours: mappings are merged key by key, all else is replaced. Neither argument is changed.

    :param ours: values that this package sets.
    :param theirs: values that the user sets.
    :param version: of the chart that is installed. Of another than the known one, unknown keys are reported rather than refused.

    Raises `Refused` with everything that is wrong with the user's values: keys that the construct owns, keys that the chart does
    not know, and values that it would not read as they are meant.
    """
    review = _Review(is_known=version == KNOWN_VERSION)
    review.table(theirs, VALUES, "")
    review.refusals.settle()
    merged = laid_over(ours, theirs)
    return Merged(merged, tuple(review.unknown))


class _Review:
    """Goes through the user's values and notes what is wrong."""

    def __init__(self, *, is_known: bool) -> None:
        self.refusals = Refusals()
        self.unknown: list[str] = []
        self._is_known = is_known

    def table(self, values: object, table: Table, above: str) -> None:
        """Values whose keys are known."""
        if not isinstance(values, Mapping):
            self._refuse(above.rstrip(".") or "(all)", values, "is no mapping", f"Write {{{next(iter(table))!r}: …}}.")
            return
        for key, value in values.items():
            path = f"{above}{key}"
            if path in OWNED:
                self.refusals.require(False, _WHAT, path, "belongs to EksIngress", OWNED[path])
            elif key not in table:
                self._unknown(path, key, table, above)
                self._plain(path, value)
            elif isinstance(kind := table[key], Mapping):
                self.table(value, kind, f"{path}.")
            elif self._plain(path, value) and not _is_token(value):
                self._of_kind(path, value, kind)

    def _unknown(self, path: str, key: object, table: Table, above: str) -> None:
        if not self._is_known:
            self.unknown.append(path)
            return
        everywhere = list(paths())
        remedy = "Look it up in the chart's values.yaml."
        if near := nearest(str(key), table):
            remedy = f"Did you mean {above + near!r}?"
        elif path in everywhere:
            remedy = f"Write it nested: {_nested(path)}."
        elif same := [known for known in everywhere if known.rpartition(".")[2] == key]:
            remedy = f"Did you mean {same[0]!r}, nested: {_nested(same[0])}?"
        self.refusals.require(False, _WHAT, path, f"is unknown to chart {KNOWN_VERSION}, which would ignore it", remedy)

    def _plain(self, path: str, value: object) -> bool:
        """Whether a value is made of what JSON has, without nulls."""
        if value is None:
            self.refusals.require(
                False,
                _WHAT,
                path,
                "is None, which CDK leaves out, so that the chart's own default would stand",
                "Leave it out, or write what you want: '', [] or {} for nothing.",
            )
            return False
        if isinstance(value, Mapping):
            fine = [self._plain(f"{path}.{key}", below) for key, below in value.items()]
            fine += [self._is_key(path, key) for key in value]
            return all(fine)
        if isinstance(value, list | tuple):
            fine = [self._plain(f"{path}[{index}]", item) for index, item in enumerate(value)]
            return all(fine)
        if isinstance(value, str | bool | int | float) or _is_token(value):
            return True
        self._refuse(path, value, "is nothing that JSON has", "Write text, a number, True or False, a list or a mapping.")
        return False

    def _is_key(self, path: str, key: object) -> bool:
        if not isinstance(key, str):
            self._refuse(path, key, "as a key is no text", "Write it in quotes.")
        return isinstance(key, str)

    def _of_kind(self, path: str, value: Any, kind: Kind) -> None:
        match kind:
            case Kind.FLAG:
                self._flag(path, value)
            case Kind.NUMBER:
                self._number(path, value)
            case Kind.TEXT if not isinstance(value, str):
                self._refuse(path, value, "is no text", f"Write {str(value)!r}, in quotes.")
            case Kind.LIST if not isinstance(value, list | tuple):
                self._refuse(path, value, "is no list", "Write it as […].")
            case Kind.MAP | Kind.WHOLE | Kind.TEXTS | Kind.SCALARS | Kind.TAGS | Kind.GATES if not isinstance(value, Mapping):
                self._refuse(path, value, "is no mapping", "Write it as {…}.")
            case Kind.TEXTS:
                self._texts(path, value)
            case Kind.SCALARS:
                self._scalars(path, value)
            case Kind.TAGS:
                require_tags(self.refusals, value)
            case Kind.GATES:
                require_gates(self.refusals, f"feature gate in chart value {path!r},", value, names_too=self._is_known)
                if not self._is_known:
                    self.unknown += [f"{path}.{name}" for name in unknown_gates(value)]
            case _:
                pass

    def _flag(self, path: str, value: object) -> None:
        if isinstance(value, str):
            meant = value.strip().lower() in ("true", "yes", "on", "1")
            self._refuse(
                path, value, "is text, and the chart ignores text where it expects true or false", f"Write {meant}, unquoted."
            )
        elif not isinstance(value, bool):
            self._refuse(path, value, "is neither True nor False", "Write True or False.")

    def _number(self, path: str, value: object) -> None:
        is_text = isinstance(value, str) and value.isdecimal()
        if isinstance(value, bool) or not (isinstance(value, int) or is_text):
            self._refuse(path, value, "is no whole number", "Write one.")
        elif isinstance(value, int) and value >= _MILLION:
            self._too_large(path, value)

    def _texts(self, path: str, value: Mapping[str, object]) -> None:
        for key, text in value.items():
            if not (isinstance(text, str) or _is_token(text)):
                written = str(text).lower() if isinstance(text, bool) else str(text)
                self._refuse(
                    f"{path}.{key}", text, "is no text, and Kubernetes takes nothing else here", f"Write {written!r}, in quotes."
                )

    def _scalars(self, path: str, value: Mapping[str, object]) -> None:
        for key, item in value.items():
            if isinstance(item, Mapping | list | tuple):
                self._refuse(f"{path}.{key}", item, "is no text", "Write text.")
            elif isinstance(item, int | float) and not isinstance(item, bool) and not _is_token(item) and item >= _MILLION:
                self._too_large(f"{path}.{key}", item)
            elif isinstance(item, str) and {'"', "\\", "\n"} & set(item):
                self._refuse(
                    f"{path}.{key}",
                    item,
                    "has a quotation mark, a backslash or a new line, which the chart writes into quotes as they are",
                    "Put it into a ConfigMap or a Secret, and name that in `envFrom`.",
                )

    def _too_large(self, path: str, value: object) -> None:
        self._refuse(path, value, "is a number that Helm would write as 1e+06", f"Write {str(value)!r}, in quotes.")

    def _refuse(self, path: str, value: object, must: str, remedy: str) -> None:
        self.refusals.require(False, f"{_WHAT} {path} =", value, must, remedy)


def laid_over(ours: Mapping[str, Any], theirs: Mapping[str, Any], table: Table = VALUES) -> dict[str, Any]:
    """One set of values over another, without any judgement; both are left as they are."""
    merged = {key: _copy(value) for key, value in ours.items()}
    for key, value in theirs.items():
        kind = table.get(key)
        before = merged.get(key)
        if isinstance(before, Mapping) and isinstance(value, Mapping) and kind is not Kind.WHOLE:
            merged[key] = laid_over(before, value, kind if isinstance(kind, Mapping) else {})
        else:
            merged[key] = _copy(value)
    return merged


def _copy(value: Any) -> Any:
    """A copy of dicts and lists only, which is what CDK takes."""
    if isinstance(value, Mapping):
        return {key: _copy(below) for key, below in value.items()}
    if isinstance(value, list | tuple):
        return [_copy(item) for item in value]
    return value


def _nested(path: str) -> str:
    keys = path.split(".")
    return "".join(f"{{{key!r}: " for key in keys) + "…" + "}" * len(keys)


def _is_token(value: object) -> bool:
    """Whether a value is known only at deploy time: CDK's objects, numbers and texts that stand for such."""
    if isinstance(value, str):
        return has_token(value)
    return (
        (isinstance(value, float) and value < -1e200) or hasattr(type(value), "__jsii_type__") or hasattr(value, "__jsii_ifaces__")
    )
