"""A Kubernetes object as the one text that CloudFormation gets of it.

CDK makes that text itself, by asking of every value whether it is a token, which takes longer than all else for an Ingress of many
rules. Here the text is made at once, wherever CDK would come to the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from eks_ingress.tokens import tokens_of


def as_text(objects: Sequence[Mapping[str, Any]], resolve: Callable[[str], Any]) -> str | None:
    """The objects as JSON with CDK tokens in it; None where CDK has to make the text.

    That is so where a token becomes more than a reference: its text may need quoting, which only CDK can do when it knows it.
    `resolve` says what a token becomes in a template.
    """
    text = json.dumps(objects, separators=(",", ":"), ensure_ascii=False)
    if "#{Token[" in text or not all(_is_plain(resolve(token)) for token in tokens_of(text)):
        return None
    return text


def _is_plain(value: Any) -> bool:
    """Whether a value is a reference of CloudFormation, none of whose texts JSON would quote."""
    return isinstance(value, dict) and all(json.dumps(text)[1:-1] == text for text in _texts(value))


def _texts(value: Any) -> list[str]:
    match value:
        case str():
            return [value]
        case dict():
            return [text for entry in value.values() for text in _texts(entry)]
        case list():
            return [text for entry in value for text in _texts(entry)]
        case _:
            return []
