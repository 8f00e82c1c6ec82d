"""What can be made to go wrong with a call, in the words of its service.

Facts: the error codes of EC2 ("RequestLimitExceeded", "UnauthorizedOperation"), of the query services ("Throttling",
"AccessDenied") and of the JSON services ("ThrottlingException", "AccessDeniedException").
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from tests.deploy.cloud.wire import Asked

_DENIED = ("AccessDenied", "UnauthorizedOperation")
_THROTTLED = {"ec2": ("RequestLimitExceeded", 503), "json": ("ThrottlingException", 400)}


@dataclass(slots=True)
class Fault:
    """An answer that takes the place of AWS's own, for one action."""

    action: str
    """Such as `elasticloadbalancing:CreateRule`."""
    code: str | None
    """None for the one with which the service throttles."""
    message: str
    times: int | None
    """How many calls it meets; None for all, until `stop`."""
    met: int = field(default=0, init=False)
    """How many it has met."""

    def stop(self) -> None:
        """Let further calls through."""
        self.times = self.met

    def meets(self, asked: Asked) -> bool:
        """Whether this call gets it."""
        return self.action == f"{asked.service}:{asked.action}" and (self.times is None or self.met < self.times)

    def answer(self, asked: Asked) -> tuple[int, str, str, bytes]:
        """Status, code, content type and body."""
        throttled, status = _THROTTLED.get(asked.protocol, ("Throttling", 400))
        code = self.code or throttled
        if self.code:
            status = 403 if code in _DENIED else 400
        if asked.protocol == "json":
            body = json.dumps({"__type": code, "message": self.message})
            return status, code, "application/x-amz-json-1.1", body.encode()
        error = f"<Error><Type>Sender</Type><Code>{escape(code)}</Code><Message>{escape(self.message)}</Message></Error>"
        if asked.protocol == "ec2":
            body = f"<Response><Errors>{error}</Errors><RequestID>0</RequestID></Response>"
        else:
            body = f"<ErrorResponse>{error}<RequestId>0</RequestId></ErrorResponse>"
        return status, code, "text/xml", body.encode()


def denial(asked: Asked, principal: str, reasons: list[str]) -> Fault:
    """What AWS says to a call that its caller's policies do not allow."""
    action = f"{asked.service}:{asked.action}"
    message = f"{principal} is not authorized to perform {action}: {'; '.join(reasons)}"
    code = {"ec2": "UnauthorizedOperation", "json": "AccessDeniedException"}.get(asked.protocol, "AccessDenied")
    return Fault(action, code, message, 1)
