"""What stands in a template beside a manifest, or instead of a part of it that only CloudFormation knows."""

from __future__ import annotations

import json
import re
from typing import Any

PATCHED = "eks-ingress:patched"
"""Metadata of a resource that patches an object: the object as it will be then, in a list."""
ACKNOWLEDGED = "eks-ingress:acknowledged"
"""Metadata of a resource that applies or patches an object: why what checks find in it is meant so, by the id of the check."""


def placeholder(value: Any) -> str:
    """What stands for a value of a template: `${LogicalId}` or `${LogicalId.Attribute}`, one word, safe inside JSON."""
    match value:
        case str():
            return value
        case {"Ref": name}:
            return "${" + str(name) + "}"
        case {"Fn::GetAtt": [name, attribute]}:
            return "${" + f"{name}.{attribute}" + "}"
        case _:
            return "${" + re.sub(r'["\\{},]', "", json.dumps(value)) + "}"
