from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from eks_ingress.routing.web_acl import WafClassic, WebAcl
from tests.routing.refusals import reasons, refusals

TOKEN = "${Token[TOKEN.12]}"
ID = "12345678-1234-1234-1234-123456789012"
ARN = f"arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/shop/{ID}"
GLOBAL = f"arn:aws:wafv2:us-east-1:111122223333:global/webacl/shop/{ID}"


@pytest.mark.parametrize(
    "arn",
    [
        ARN,
        ARN.replace("arn:aws:", "arn:aws-cn:"),
        ARN.replace("shop", "a" * 128),
        ARN.replace("shop", "Shop_2-b"),
        TOKEN,
        f"arn:aws:wafv2:{TOKEN}:regional/webacl/shop/{ID}",
        GLOBAL.replace("111122223333", TOKEN),
    ],
)
def test_a_web_acl_is_named_by_its_arn(arn: str) -> None:
    assert (WebAcl.by_arn(arn).arn, WebAcl.by_arn(arn).name) == (arn, None)


def test_a_web_acl_of_the_cdk_is_held_as_its_arn() -> None:
    @dataclass
    class CfnWebACL:
        attr_arn: str

    assert WebAcl.by_arn(CfnWebACL(ARN)) == WebAcl(ARN)


@pytest.mark.parametrize("name", ["a", "shop", "Shop_2-b", "a" * 128, "None", TOKEN, f"shop {TOKEN}"])
def test_a_web_acl_is_named_by_its_name(name: str) -> None:
    assert (WebAcl.by_name(name).arn, WebAcl.by_name(name).name) == (None, name)


def test_a_web_acl_can_be_taken_away() -> None:
    assert (WebAcl.none().arn, WebAcl.none().name) == ("none", None)
    assert WebAcl.none() == WebAcl.by_arn("none")


@pytest.mark.parametrize("given", [(None, None), (ARN, "shop"), ("none", "shop")])
def test_a_web_acl_has_precisely_one_of_arn_and_name(given: tuple[str | None, str | None]) -> None:
    arn, name = given
    assert refusals(lambda: WebAcl(arn, name)) == [
        (
            f"web ACL {{'arn': {arn!r}, 'name': {name!r}}} must have precisely one of ARN and name.",
            "Write `WebAcl.by_arn(…)` or `WebAcl.by_name(…)`, or `WebAcl.none()` to take away what is there.",
        )
    ]


def test_a_web_acl_of_cloudfront_is_refused() -> None:
    assert refusals(lambda: WebAcl.by_arn(GLOBAL)) == [
        (
            f"web ACL {GLOBAL!r} is of global scope, which is for CloudFront; a load balancer takes a regional one only.",
            "Make one with the scope REGIONAL in the load balancer's region, and write its ARN.",
        )
    ]


@pytest.mark.parametrize(
    "arn",
    [
        "",
        "shop",
        "None",
        ID,
        f"arn:aws:waf-regional:eu-west-1:111122223333:webacl/{ID}",
        f"arn:aws:wafv2:eu-west-1:111122223333:regional/rulegroup/shop/{ID}",
        ARN.removesuffix(f"/{ID}"),
        ARN.replace("111122223333", "1111"),
        ARN.replace("shop", "a" * 129),
        f"{ARN} ",
        7,
    ],
)
def test_what_is_no_arn_of_a_web_acl_is_refused(arn: str) -> None:
    assert refusals(lambda: WebAcl.by_arn(arn)) == [(f"web ACL {arn!r} is not the ARN of one.", f"Write an ARN such as {ARN!r}.")]


@pytest.mark.parametrize("name", ["", "my shop", "shop.acl", "shöp", "a" * 129, ARN, 7])
def test_what_is_no_name_of_a_web_acl_is_refused(name: str) -> None:
    assert refusals(lambda: WebAcl.by_name(name)) == [
        (
            f"web ACL name {name!r} is not the name of a web ACL.",
            "Write 1 to 128 letters, digits, '_' and '-'; an ARN goes to `WebAcl.by_arn(…)`.",
        )
    ]


def test_a_web_acl_cannot_be_named_none() -> None:
    assert refusals(lambda: WebAcl.by_name("none")) == [
        (
            "web ACL name 'none' takes the web ACL away, since the controller does not take it for a name.",
            "Write `WebAcl.none()` if that is meant, or the ARN of the web ACL that is named so.",
        )
    ]


def test_a_web_acl_tells_all_its_mistakes_at_once() -> None:
    said = reasons(lambda: WebAcl("shop", "my shop"))
    assert [" ".join(reason.split()[:3]) for reason in said] == ["web ACL {'arn':", "web ACL 'shop'", "web ACL name"]


@pytest.mark.parametrize("web_acl_id", [ID, "a", "A" * 128, TOKEN, f"{TOKEN}:x", "none"])
def test_a_web_acl_of_waf_classic_is_named_by_its_id(web_acl_id: str) -> None:
    assert WafClassic.by_id(web_acl_id) == WafClassic(web_acl_id)
    assert WafClassic.by_id(web_acl_id).old_name is False


def test_a_web_acl_of_waf_classic_can_be_written_under_the_old_name() -> None:
    assert WafClassic.by_id(ID, old_name=True) == WafClassic(ID, old_name=True)


def test_a_web_acl_of_waf_classic_can_be_taken_away() -> None:
    assert (WafClassic.none().web_acl_id, WafClassic.none().old_name) == ("none", False)


@pytest.mark.parametrize(
    "web_acl_id", ["", "a" * 129, "my acl", f"arn:aws:waf-regional:eu-west-1:111122223333:webacl/{ID}", None, 7]
)
def test_what_is_no_id_of_waf_classic_is_refused(web_acl_id: str) -> None:
    assert refusals(lambda: WafClassic.by_id(web_acl_id)) == [
        (
            f"WAF Classic web ACL {web_acl_id!r} is not the id of one.",
            f"Write its id, such as {ID!r}; the ARN of a web ACL goes to `WebAcl.by_arn(…)`.",
        )
    ]


@pytest.mark.parametrize("make", [lambda: WafClassic(ID, old_name="yes"), lambda: WafClassic(ID, old_name=None)])  # type: ignore[arg-type]
def test_whether_the_old_name_is_written_is_true_or_false(make: Callable[[], WafClassic]) -> None:
    ((reason, remedy),) = refusals(make)
    assert reason in ("old_name 'yes' is neither True nor False.", "old_name None is neither True nor False.")
    assert remedy == "Write True or False."
