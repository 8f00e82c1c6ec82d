"""Apps that do not wait for minutes: seconds in place of what Helm waits, and of what a Lambda function lives.

All else is as it was synthesized.
"""

from __future__ import annotations

import json
from pathlib import Path

LIFE = 30
"""Seconds after which a function is killed, in place of 15 minutes."""
_LIFETIME = "\nLIFETIME = {}\n"


def hasten(assembly: Path, *, helm: int = 20, is_killed: bool = False) -> None:
    """Changes the assembly of an app with a steward; each of its assemblies, since an asset is published once.

    :param helm: seconds that Helm waits for the controller, and for what it undoes.
    :param is_killed: whether the function that runs Helm lives no longer than `LIFE`.
    """
    for file in assembly.glob("*.template.json"):
        template = json.loads(file.read_text("utf-8"))
        for resource in template["Resources"].values():
            properties = resource.get("Properties", {})
            if resource["Type"] == "Custom::AWSCDK-EKS-HelmChart":
                properties["Timeout"] = f"{helm}s"
            if is_killed and properties.get("Description", "").startswith("onEvent handler for EKS kubectl"):
                properties["Timeout"] = LIFE
        file.write_text(json.dumps(template), "utf-8")
    (steward,) = assembly.glob("asset.*/functions/steward.py")
    text = steward.read_text("utf-8")
    assert _LIFETIME.format("16 * 60") in text
    steward.write_text(text.replace(_LIFETIME.format("16 * 60"), _LIFETIME.format(LIFE + 10)), "utf-8")
