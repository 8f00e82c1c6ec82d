"""What is read off requests to AWS."""

from __future__ import annotations

import pytest

from tests.deploy.cloud.faults import Fault
from tests.deploy.cloud.wire import Unreadable, nested, read


def signed(scope: str, **others: str) -> dict[str, str]:
    return {"authorization": f"AWS4-HMAC-SHA256 Credential=AKIA1/20260101/us-east-1/{scope}/aws4_request, Signature=0", **others}


def test_a_call_of_the_query_protocol() -> None:
    body = (
        b"Action=AddTags&Version=2015-12-01&ResourceArns.member.1=arn%3Aa&ResourceArns.member.2=arn%3Ab&Tags.member.1.Key=team&"
        b"Tags.member.1.Value=shop"
    )
    asked = read("POST", "/", signed("elasticloadbalancing"), body)
    assert (asked.access_key, asked.service, asked.action) == ("AKIA1", "elasticloadbalancing", "AddTags")
    assert asked.parameters == {"ResourceArns": ["arn:a", "arn:b"], "Tags": [{"Key": "team", "Value": "shop"}]}


def test_lists_keep_their_order_past_nine() -> None:
    assert nested({f"SubnetId.{number}": str(number) for number in range(1, 12)}) == {
        "SubnetId": [str(number) for number in range(1, 12)]
    }


def test_a_call_of_the_json_protocol() -> None:
    headers = signed("tagging", **{"x-amz-target": "ResourceGroupsTaggingAPI_20170126.GetResources"})
    asked = read("POST", "/", headers, b'{"ResourceTypeFilters": ["elasticloadbalancing"]}')
    assert (asked.service, asked.action, asked.protocol) == ("tag", "GetResources", "json")
    assert asked.parameters == {"ResourceTypeFilters": ["elasticloadbalancing"]}


def test_a_call_of_route_53() -> None:
    asked = read("POST", "/2013-04-01/hostedzone/Z1/rrset/", signed("route53"), b"<a/>")
    assert (asked.service, asked.action, asked.parameters["HostedZoneId"]) == ("route53", "ChangeResourceRecordSets", "Z1")


def test_a_call_that_nobody_signed() -> None:
    asked = read("POST", "/", {}, b"Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn")
    assert (asked.access_key, asked.service, asked.action) == (None, "sts", "AssumeRoleWithWebIdentity")


def test_what_cannot_be_read_is_an_error_and_not_a_guess() -> None:
    with pytest.raises(Unreadable, match=r"GET /bucket/key \(service s3\)"):
        read("GET", "/bucket/key", signed("s3"), b"")


@pytest.mark.parametrize(
    ("scope", "target", "status", "code"),
    [
        ("ec2", None, 503, "RequestLimitExceeded"),
        ("elasticloadbalancing", None, 400, "Throttling"),
        ("acm", "CertificateManager.ListCertificates", 400, "ThrottlingException"),
    ],
)
def test_each_service_throttles_in_its_own_words(scope: str, target: str | None, status: int, code: str) -> None:
    headers = signed(scope, **({"x-amz-target": target} if target else {}))
    asked = read("POST", "/", headers, b"{}" if target else b"Action=Describe")
    answered = Fault(f"{scope}:{asked.action}", None, "Rate exceeded", 1).answer(asked)
    assert answered[:2] == (status, code)
    assert code.encode() in answered[3]
