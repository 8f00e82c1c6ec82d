"""Buckets of the CDK that get the logs of load balancers: their policies, in each partition, and the order of things."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Environment, Stack, aws_kms, aws_s3
from aws_cdk.aws_s3 import BucketEncryption

from eks_ingress import (
    ApplicationLoadBalancer,
    ClassSettings,
    FrontendNlb,
    Ingress,
    KubernetesIngress,
    LoadBalancerAttributes,
    LoadBalancerSettings,
    Logs,
    NetworkListener,
    NetworkLoadBalancerAttributes,
    NetworkService,
    Service,
)
from tests.synth.apps import FLAGS, Shop, new_app, plain, template
from tests.synth.graph import Graph
from tests.synth.test_lint import lint

IRELAND = Environment(account="111122223333", region="eu-west-1")
KUBERNETES = "Custom::AWSCDK-EKS-KubernetesResource"


def alb(shop: Shop, name: str = "Shop", *, scope: Stack | None = None, **attributes: Any) -> ApplicationLoadBalancer:
    balancer = ApplicationLoadBalancer(
        scope or shop.stack, name, shop.ingress, namespace="shop", attributes=LoadBalancerAttributes(**attributes)
    )
    balancer.add_route("/", Service("web", 80))
    return balancer


def nlb(shop: Shop, logs: Logs) -> None:
    shop.ingress.add_network_load_balancer(
        "Mqtt",
        namespace="iot",
        service=NetworkService({"app": "mqtt"}),
        listeners=[NetworkListener.tcp(1883)],
        attributes=NetworkLoadBalancerAttributes(access_logs=logs),
    )


def statements(resources: dict[str, Any]) -> list[dict[str, Any]]:
    """What the policies of buckets say, each resource in a statement of its own."""
    policies = [x["Properties"]["PolicyDocument"] for x in resources.values() if x["Type"] == "AWS::S3::BucketPolicy"]
    found = []
    for statement in (statement for policy in policies for statement in policy["Statement"]):
        places = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
        found += [{**statement, "Resource": plain(place)} for place in places]
    return found


@pytest.mark.parametrize(
    ("region", "principal"),
    [
        ("eu-west-1", {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}),
        ("me-central-1", {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}),
        ("us-gov-west-1", {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}),
        ("eusc-de-east-1", {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}),
        ("cn-north-1", {"AWS": "arn:aws-cn:iam::638102146993:root"}),
        ("us-iso-east-1", {"AWS": "arn:aws-iso:iam::770363063475:root"}),
        ("us-isob-west-1", {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}),
        (None, {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}),
    ],
)
def test_an_application_load_balancer_may_write_in_each_partition(region: str | None, principal: dict[str, str]) -> None:
    shop = Shop(env=Environment(account="111122223333", region=region) if region else None)
    alb(shop, access_logs=Logs(aws_s3.Bucket(shop.stack, "Logs")))
    account = "111122223333" if region else "<AWS::AccountId>"
    assert statements(shop.resources()) == [
        {
            "Effect": "Allow",
            "Principal": principal,
            "Action": "s3:PutObject",
            "Resource": f"<Logs6819BB44.Arn>/AWSLogs/{account}/*",
        }
    ]


@pytest.mark.parametrize("region", ["eu-west-1", None])
def test_a_network_load_balancer_may_write_for_its_own_account_only(region: str | None) -> None:
    shop = Shop(env=Environment(account="111122223333", region=region) if region else None)
    nlb(shop, Logs(aws_s3.Bucket(shop.stack, "Logs"), "iot"))
    found = statements(shop.resources())
    account = "111122223333" if region else {"Ref": "AWS::AccountId"}
    assert [x["Principal"] for x in found] == [{"Service": "delivery.logs.amazonaws.com"}] * 2
    looks, writes = found
    assert (looks["Action"], looks["Resource"]) == ("s3:GetBucketAcl", "<Logs6819BB44.Arn>")
    assert looks["Condition"]["StringEquals"] == {"aws:SourceAccount": account}
    assert writes["Condition"]["StringEquals"] == {"aws:SourceAccount": account, "s3:x-amz-acl": "bucket-owner-full-control"}
    assert (writes["Action"], writes["Resource"]) == (
        "s3:PutObject",
        f"<Logs6819BB44.Arn>/iot/AWSLogs/{plain(account)}/*",
    )
    assert [plain(x["Condition"]["ArnLike"]["aws:SourceArn"]) for x in found] == [
        "arn:aws:logs:eu-west-1:111122223333:*" if region else "arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:*"
    ] * 2


@pytest.mark.parametrize("flags", [FLAGS, {}])
def test_load_balancers_that_share_a_bucket_say_each_thing_once(flags: dict[str, Any]) -> None:
    shop = Shop(env=IRELAND, app=App(context=flags))
    bucket = aws_s3.Bucket(shop.stack, "Logs")
    alb(shop, access_logs=Logs(bucket, "alb"), connection_logs=Logs(bucket, "alb"), health_check_logs=Logs(bucket))
    alb(shop, "Second", access_logs=Logs(bucket, "alb"))
    assert [x["Resource"] for x in sorted(statements(shop.resources()), key=lambda x: str(x["Resource"]))] == [
        "<Logs6819BB44.Arn>/AWSLogs/111122223333/*",
        "<Logs6819BB44.Arn>/alb/AWSLogs/111122223333/*",
    ]


def test_a_load_balancer_on_outposts_writes_by_another_service_too() -> None:
    shop = Shop(env=IRELAND)
    shop.ingress.add_load_balancer(
        "Shop",
        namespace="shop",
        customer_owned_ipv4_pool="ipv4pool-coip-0123456789abcdef0",
        attributes=LoadBalancerAttributes(access_logs=Logs(aws_s3.Bucket(shop.stack, "Logs"))),
    ).add_route("/", Service("web", 80))
    assert [(x["Principal"], x.get("Condition")) for x in statements(shop.resources())] == [
        ({"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}, None),
        ({"Service": "logdelivery.elb.amazonaws.com"}, {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}),
    ]


def by_load_balancer(shop: Shop, bucket: aws_s3.IBucket) -> None:
    alb(shop, access_logs=Logs(bucket))


def by_frontend(shop: Shop, bucket: aws_s3.IBucket) -> None:
    frontend = FrontendNlb(attributes=NetworkLoadBalancerAttributes(access_logs=Logs(bucket)))
    shop.ingress.add_load_balancer("Shop", namespace="shop", frontend_nlb=frontend).add_route("/", Service("web", 80))


def by_plain_ingress(shop: Shop, bucket: aws_s3.IBucket) -> None:
    settings = LoadBalancerSettings(attributes=LoadBalancerAttributes(access_logs=Logs(bucket)))
    spec = Ingress(namespace="shop", settings=settings, default_backend=Service("web", 80))
    KubernetesIngress(shop.stack, "Plain", shop.ingress, spec)


def by_class(shop: Shop, bucket: aws_s3.IBucket) -> None:
    logs = LoadBalancerAttributes(access_logs=Logs(bucket))
    made = shop.ingress.add_class("Logged", settings=ClassSettings(load_balancer_attributes=logs))
    shop.ingress.add_load_balancer("Shop", namespace="shop", ingress_class=made).add_route("/", Service("web", 80))


def by_network(shop: Shop, bucket: aws_s3.IBucket) -> None:
    nlb(shop, Logs(bucket))


WAYS = [by_load_balancer, by_frontend, by_plain_ingress, by_class, by_network]


@pytest.mark.parametrize("other_stack", [False, True], ids=["one stack", "two stacks"])
@pytest.mark.parametrize("way", WAYS)
def test_whatever_has_logs_written_waits_for_the_policy_of_the_bucket(
    way: Callable[[Shop, aws_s3.IBucket], None], other_stack: bool
) -> None:
    app = new_app()
    logs = Stack(app, "Logs", env=IRELAND) if other_stack else None
    shop = Shop(env=IRELAND, app=app)
    way(shop, aws_s3.Bucket(logs or shop.stack, "Bucket"))
    graph = Graph(app)
    (policy,) = graph.of_type("AWS::S3::BucketPolicy")
    made = {node for node in graph.of_type(KUBERNETES) if "ServiceAccount" not in node[1]}
    assert made
    assert all(policy in graph.waits_for(node) for node in made)


def test_parts_of_a_load_balancer_in_other_stacks_wait_for_the_policy_as_well() -> None:
    shop = Shop(env=IRELAND)
    alb(shop, access_logs=Logs(aws_s3.Bucket(shop.stack, "Logs")))
    part = shop.ingress.load_balancer("Shop", Stack(shop.app, "Cart", env=IRELAND), namespace="cart")
    part.add_route("/cart", Service("cart", 80))
    graph = Graph(shop.app)
    (policy,) = graph.of_type("AWS::S3::BucketPolicy")
    (of_part,) = (node for node in graph.of_type(KUBERNETES) if node[0] == "Cart")
    assert policy in graph.waits_for(of_part)


def test_a_bucket_of_others_is_told_with_the_policy_that_it_must_have() -> None:
    shop = Shop(env=IRELAND)
    alb(shop, access_logs=Logs(aws_s3.Bucket.from_bucket_name(shop.stack, "Logs", "central-logs"), "shop"))
    (told,) = [str(message.entry.data) for message in shop.app.synth().get_stack_by_name("Shop").messages]
    assert "EKI387 warning  Shop/Shop" in told
    document = json.loads(told.split("must have ", 1)[1].split(".\n", 1)[0])
    assert document["Principal"] == {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
    assert document["Resource"].endswith(":s3:::central-logs/shop/AWSLogs/111122223333/*")
    assert "AWS::S3::BucketPolicy" not in {x["Type"] for x in template(shop.app, "Shop")["Resources"].values()}


def test_that_its_policy_is_there_can_be_said() -> None:
    shop = Shop(env=IRELAND)
    balancer = alb(shop, access_logs=Logs(aws_s3.Bucket.from_bucket_name(shop.stack, "Logs", "central-logs")))
    balancer.acknowledge("EKI387", "the platform team has added it")
    assert list(shop.app.synth().get_stack_by_name("Shop").messages) == []


class HasName:
    bucket_name = "central-logs"


@pytest.mark.parametrize(
    "bucket",
    [
        lambda _: "central-logs",
        lambda _: HasName(),
        lambda stack: aws_s3.CfnBucket(stack, "Logs", bucket_name="central-logs"),
    ],
)
def test_a_name_alone_says_nothing_of_a_policy(bucket: Callable[[Stack], Any]) -> None:
    shop = Shop(env=IRELAND)
    alb(shop, access_logs=Logs(bucket(shop.stack)))
    assert list(shop.app.synth().get_stack_by_name("Shop").messages) == []
    assert statements(shop.resources()) == []


@pytest.mark.parametrize("encryption", [BucketEncryption.KMS, BucketEncryption.KMS_MANAGED, BucketEncryption.DSSE_MANAGED])
def test_an_application_load_balancer_takes_no_bucket_with_keys(encryption: BucketEncryption) -> None:
    shop = Shop(env=IRELAND)
    alb(shop, access_logs=Logs(aws_s3.Bucket(shop.stack, "Logs", encryption=encryption)))
    refusal = shop.refusal()
    assert "EKI386 error  Shop/Shop" in refusal
    assert "bucket ${Logs6819BB44} is encrypted by a key of AWS KMS, and application load balancers take none." in refusal
    assert "Give the bucket `encryption=BucketEncryption.S3_MANAGED`." in refusal


@pytest.mark.parametrize("encryption", [BucketEncryption.S3_MANAGED, BucketEncryption.UNENCRYPTED])
def test_buckets_that_s3_encrypts_are_taken(encryption: BucketEncryption) -> None:
    shop = Shop(env=IRELAND)
    bucket = aws_s3.Bucket(shop.stack, "Logs", encryption=encryption)
    alb(shop, access_logs=Logs(bucket))
    nlb(shop, Logs(bucket))
    assert len(statements(shop.resources())) == 3


def test_the_key_of_a_network_load_balancers_bucket_may_be_used() -> None:
    shop = Shop(env=IRELAND)
    nlb(shop, Logs(aws_s3.Bucket(shop.stack, "Logs", encryption_key=aws_kms.Key(shop.stack, "Key"))))
    (key,) = (x for x in shop.resources().values() if x["Type"] == "AWS::KMS::Key")
    allowed = key["Properties"]["KeyPolicy"]["Statement"][-1]
    assert allowed["Principal"] == {"Service": "delivery.logs.amazonaws.com"}
    assert set(allowed["Action"]) == {"kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"}
    assert allowed["Condition"]["StringEquals"] == {"aws:SourceAccount": "111122223333"}


def test_a_key_of_others_is_told_with_what_its_policy_must_say() -> None:
    shop = Shop(env=IRELAND)
    key = aws_kms.Key.from_key_arn(shop.stack, "Key", "arn:aws:kms:eu-west-1:111122223333:key/1234")
    nlb(shop, Logs(aws_s3.Bucket(shop.stack, "Logs", encryption_key=key)))
    (told,) = [str(message.entry.data) for message in shop.app.synth().get_stack_by_name("Shop").messages]
    assert "EKI387" in told
    assert "'s key must have {" in told
    assert "kms:GenerateDataKey*" in told


def test_a_network_load_balancer_takes_no_key_that_aws_manages() -> None:
    shop = Shop(env=IRELAND)
    nlb(shop, Logs(aws_s3.Bucket(shop.stack, "Logs", encryption=BucketEncryption.KMS_MANAGED)))
    assert "is encrypted by a key of AWS KMS that AWS manages." in shop.refusal()


def test_a_bucket_of_another_region_is_refused() -> None:
    shop = Shop(env=IRELAND)
    bucket = aws_s3.Bucket.from_bucket_attributes(shop.stack, "Logs", bucket_name="central-logs", region="us-east-1")
    alb(shop, access_logs=Logs(bucket))
    assert "bucket central-logs is in us-east-1, while the load balancer is in eu-west-1." in shop.refusal()


def test_a_bucket_without_a_name_is_refused_rather_than_taken_for_none() -> None:
    shop = Shop(env=IRELAND)
    resource = aws_s3.CfnBucket(shop.stack, "Logs")
    with pytest.raises(ValueError, match="has no name here") as refused:
        Logs(resource)
    assert "Write `aws_s3.Bucket.from_cfn_bucket(bucket)`." in str(refused.value)
    alb(shop, access_logs=Logs(aws_s3.Bucket.from_cfn_bucket(resource)))
    assert len(statements(shop.resources())) == 1


def test_cfn_lint_finds_nothing_in_the_policies(tmp_path: Path) -> None:
    shop = Shop(env=IRELAND, app=App(context=FLAGS, outdir=str(tmp_path)))
    bucket = aws_s3.Bucket(shop.stack, "Logs", encryption_key=aws_kms.Key(shop.stack, "Key"))
    nlb(shop, Logs(bucket, "nlb"))
    alb(shop, access_logs=Logs(aws_s3.Bucket(shop.stack, "AlbLogs"), "alb"))
    shop.app.synth()
    assert lint(tmp_path / "Shop.template.json") == []
