"""Tries an object on the API server before the CDK applies it, so that a refusal is told by its reason.

kubectl prints the whole change along with the reason why it was refused, and the CDK's handler passes on what kubectl prints. Of
an Ingress with some ten routes that is more than CloudFormation takes, which then says "Response object is too long." and no more.

Facts: kubectl, `apply --dry-run=server`; Kubernetes documentation, "Dry-run": all stages of a request but the last, so that
admission is among them.
"""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from .answer import Event, by
from .programs import Failed, Programs

_CHANGE = re.compile(r'error when applying patch:\n.*\nfor: "STDIN": ', re.DOTALL)
"""What kubectl prints of the change: between what kind of an error it is and the reason."""

_UNABLE = "does not support dry run"
"""What the API server says of a webhook that would do more than answer: only the object itself can be asked of it."""


def _work(event: Event, _: Any) -> str:
    known = str(event.get("PhysicalResourceId"))
    if event["RequestType"] == "Delete":
        return known
    wanted = event["ResourceProperties"]
    # The id tells what was taken last. That is not asked again: when a change that is refused is set back, it has to go through.
    tried = f"{event['LogicalResourceId']}-{sha256(wanted['Manifest'].encode()).hexdigest()[:16]}"
    if tried != known:
        with TemporaryDirectory() as folder:
            programs = Programs(Path(folder), wanted)
            try:
                # As the CDK's handler does it, but for the last stage; it has objects in a list, and kubectl one after the other.
                objects = "".join(map(json.dumps, json.loads(wanted["Manifest"])))
                programs.kubectl("apply", "--dry-run=server", "--filename", "-", text=objects)
            except Failed as failure:
                if _UNABLE not in failure.complaint:
                    raise RuntimeError(f"The API server refuses it: {_CHANGE.sub('', failure.complaint)}") from None
                print(failure.complaint)
    return tried


handler = by(_work)
