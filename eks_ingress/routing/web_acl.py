"""The web application firewall before a load balancer.

Facts: controller documentation, "WAFv2 ACL", "WAF ACL"; AWS WAF API, AssociateWebACL, WebACL; AWS WAF Classic Regional API,
AssociateWebACL.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from typing import Protocol as Shape

from eks_ingress.refusal import Refusals
from eks_ingress.routing.units import put, require_arn
from eks_ingress.tokens import has_token

_NONE = "none"
"""What the controller's annotations say to take a web ACL away."""

_WEB_ACL = r"wafv2:[a-z0-9-]+:[0-9]{12}:regional/webacl/[\w-]{1,128}/[\w-]+"
_GLOBAL_WEB_ACL = re.compile(r"arn:aws[a-z-]*:wafv2:[a-z0-9-]+:[0-9]{12}:global/webacl/.*")
_WEB_ACL_EXAMPLE = "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/shop/12345678-1234-1234-1234-123456789012"
_NAME = re.compile(r"[\w-]{1,128}", re.ASCII)
_CLASSIC_ID = re.compile(r"[A-Za-z0-9-]{1,128}")


class HasArn(Shape):
    """Whatever knows the ARN of a web ACL, as `aws_wafv2.CfnWebACL` does."""

    @property
    def attr_arn(self) -> Any:
        """ARN of the web ACL."""
        ...


@dataclass(frozen=True, slots=True)
class WebAcl:
    """A web ACL of AWS WAF for the load balancer; made by `by_arn`, `by_name` and `none`.

    What is already there stays when nothing is said; `none` takes it away. Raises `Refused` unless there is precisely one of ARN
    and name, for what is neither, and for a web ACL of CloudFront.

    Facts: controller documentation, "WAFv2 ACL"; AWS WAF API, AssociateWebACL, WebACL.
    """

    arn: str | HasArn | None = None
    """ARN of a regional web ACL in the load balancer's region, or a CDK one; `none` for no web ACL. Default: `name` says which."""
    name: str | None = None
    """Name of a regional web ACL, 1 to 128 letters, digits, '_' and '-'. Default: `arn` says which."""

    def __post_init__(self) -> None:
        arn: Any = getattr(self.arn, "attr_arn", self.arn)
        refusals = Refusals()
        refusals.require(
            getattr(self.arn, "scope", None) != "CLOUDFRONT",
            "scope of the web ACL,",
            "CLOUDFRONT",
            "is for CloudFront; a load balancer takes a regional one only",
            "Make one with `scope='REGIONAL'` in the load balancer's region.",
        )
        put(self, arn=arn)
        refusals.require(
            (arn is None) != (self.name is None),
            "web ACL",
            {"arn": arn, "name": self.name},
            "must have precisely one of ARN and name",
            "Write `WebAcl.by_arn(…)` or `WebAcl.by_name(…)`, or `WebAcl.none()` to take away what is there.",
        )
        if arn is not None:
            _require_arn_of_web_acl(refusals, arn)
        if self.name is not None:
            refusals.require(
                self.name != _NONE,
                "web ACL name",
                self.name,
                "takes the web ACL away, since the controller does not take it for a name",
                "Write `WebAcl.none()` if that is meant, or the ARN of the web ACL that is named so.",
            )
            refusals.require(
                isinstance(self.name, str) and (has_token(self.name) or _NAME.fullmatch(self.name) is not None),
                "web ACL name",
                self.name,
                "is not the name of a web ACL",
                "Write 1 to 128 letters, digits, '_' and '-'; an ARN goes to `WebAcl.by_arn(…)`.",
            )
        refusals.settle()

    @classmethod
    def by_arn(cls, arn: str | HasArn) -> WebAcl:
        """The web ACL with this ARN, or that a CDK `CfnWebACL` makes: a regional one, in the load balancer's region."""
        return cls(arn=arn)

    @classmethod
    def by_name(cls, name: str) -> WebAcl:
        """The regional web ACL with this name; the controller's role must be allowed `wafv2:ListWebACLs` to find it."""
        return cls(name=name)

    @classmethod
    def none(cls) -> WebAcl:
        """No web ACL: takes away what is there."""
        return cls(arn=_NONE)


def _require_arn_of_web_acl(refusals: Refusals, arn: str) -> None:
    if arn == _NONE:
        return
    if isinstance(arn, str) and _GLOBAL_WEB_ACL.fullmatch(arn):
        refusals.require(
            has_token(arn),
            "web ACL",
            arn,
            "is of global scope, which is for CloudFront; a load balancer takes a regional one only",
            "Make one with the scope REGIONAL in the load balancer's region, and write its ARN.",
        )
        return
    require_arn(refusals, "web ACL", arn, _WEB_ACL, _WEB_ACL_EXAMPLE)


@dataclass(frozen=True, slots=True)
class WafClassic:
    """A regional web ACL of AWS WAF Classic, which AWS has replaced by AWS WAF (`WebAcl`); made by `by_id` and `none`.

    What is already there stays when nothing is said; `none` takes it away. Raises `Refused` for what is no id.

    Facts: controller documentation, "WAF ACL"; AWS WAF Classic Regional API, AssociateWebACL.
    """

    web_acl_id: str
    """Id of the web ACL, 1 to 128 letters, digits and '-'; `none` for no web ACL."""
    old_name: bool = False
    """Whether it is written to the annotation `web-acl-id`, as older manifests have it, in place of `waf-acl-id`. Default: no."""

    def __post_init__(self) -> None:
        refusals = Refusals()
        refusals.require(
            isinstance(self.web_acl_id, str) and (has_token(self.web_acl_id) or _CLASSIC_ID.fullmatch(self.web_acl_id) is not None),
            "WAF Classic web ACL",
            self.web_acl_id,
            "is not the id of one",
            "Write its id, such as '12345678-1234-1234-1234-123456789012'; the ARN of a web ACL goes to `WebAcl.by_arn(…)`.",
        )
        refusals.require(
            isinstance(self.old_name, bool), "old_name", self.old_name, "is neither True nor False", "Write True or False."
        )
        refusals.settle()

    @classmethod
    def by_id(cls, web_acl_id: str, *, old_name: bool = False) -> WafClassic:
        """The web ACL with this id; `old_name` writes the annotation `web-acl-id` in place of `waf-acl-id`."""
        return cls(web_acl_id, old_name)

    @classmethod
    def none(cls) -> WafClassic:
        """No web ACL: takes away what is there."""
        return cls(_NONE)
