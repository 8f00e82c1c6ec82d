"""How Kubernetes objects are chosen by their labels.

Facts: Kubernetes documentation, "Labels and Selectors"; Kubernetes API, LabelSelector.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from eks_ingress.refusal import Refusals
from eks_ingress.routing.names import require_label_key, require_label_value
from eks_ingress.routing.units import Words, put, require_a, require_texts, several

_AS_IT_STANDS = "Write it as it stands in the labels of what is chosen."


class LabelOperator(Enum):
    """How a label is compared."""

    IN = "In"
    """It has one of the values."""
    NOT_IN = "NotIn"
    """It has none of the values, or is not there."""
    EXISTS = "Exists"
    """It is there, whatever its value."""
    DOES_NOT_EXIST = "DoesNotExist"
    """It is not there."""


@dataclass(frozen=True, slots=True)
class LabelExpression:
    """What a label must be like.

    Raises `Refused` for what is no key or value of a label, for `IN` and `NOT_IN` without values, and for others with some.

    Facts: Kubernetes documentation, "Labels and Selectors".
    """

    key: str
    """Key of the label: `team`, or with a prefix `example.com/team`."""
    operator: LabelOperator
    """How it is compared."""
    values: Words = ()
    """Values, with `IN` and `NOT_IN`: one text or several, each of at most 63 characters. Default: none."""

    def __post_init__(self) -> None:
        put(self, values=several(self.values))
        refusals = Refusals()
        require_label_key(refusals, "key of LabelExpression,", self.key)
        require_a(refusals, "operator of LabelExpression,", self.operator, LabelOperator)
        for value in self.values:
            require_label_value(refusals, f"value of label {self.key!r},", value, _AS_IT_STANDS)
        compares = self.operator in (LabelOperator.IN, LabelOperator.NOT_IN)
        refusals.require(
            bool(self.values) == compares or not isinstance(self.operator, LabelOperator),
            f"values of label {self.key!r},",
            list(self.values),
            "are none to compare it with" if compares else "say nothing where it is only asked whether there is such a label",
            f"Write LabelExpression({self.key!r}, LabelOperator.IN, ['shop']), or without values LabelOperator.EXISTS.",
        )
        refusals.settle()


@dataclass(frozen=True, slots=True)
class LabelSelector:
    """Objects of one kind, by their labels; all that is said must hold. Raises `Refused` for what is no label."""

    match_labels: Mapping[str, str] = field(default_factory=dict)
    """Labels with the values that they must have: `{"team": "shop"}`. Default: none."""
    expressions: Sequence[LabelExpression] = ()
    """What labels must be like otherwise: `[LabelExpression("team", LabelOperator.IN, ["shop", "pay"])]`. Default: none."""

    def __post_init__(self) -> None:
        refusals = Refusals()
        if require_texts(refusals, "match_labels", self.match_labels):
            put(self, match_labels=dict(self.match_labels))
            for key, value in self.match_labels.items():
                require_label_key(refusals, "key in match_labels,", key)
                require_label_value(refusals, f"value of label {key!r},", value, _AS_IT_STANDS)
        expressions = several(self.expressions)
        put(self, expressions=expressions)
        for expression in expressions:
            require_a(refusals, "entry of expressions,", expression, LabelExpression)
        refusals.settle()


@dataclass(frozen=True, slots=True)
class NodeSelector(LabelSelector):
    """The nodes that are registered as targets, by their labels; all that is said must hold.

    The controller leaves out those of the control plane, those on Fargate and those with the label
    `node.kubernetes.io/exclude-from-external-load-balancers` in any case. Raises `Refused` for what is no label.

    Facts: controller documentation, "TargetGroupBinding", NodeSelector; Kubernetes documentation, "Labels and Selectors".
    """
