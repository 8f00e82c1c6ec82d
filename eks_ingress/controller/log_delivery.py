"""What the policies of a bucket, and of its key, must say so that a load balancer can write its logs there.

Facts: Elastic Load Balancing documentation, "Enable access logs", "Enable connection logs" and "Enable health check logs for your
Application Load Balancer", "Enable access logs for your Network Load Balancer"; Amazon CloudWatch Logs documentation, "Logs sent to
Amazon S3"; aws-cdk-lib, region_info.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aws_cdk import region_info

from eks_ingress.controller.documents import Statement
from eks_ingress.tokens import has_token

_ELB = "logdelivery.elasticloadbalancing.amazonaws.com"
_ELB_ON_OUTPOSTS = "logdelivery.elb.amazonaws.com"
_LOGS = "delivery.logs.amazonaws.com"
_OWNER_CONTROLS = {"s3:x-amz-acl": "bucket-owner-full-control"}
_WITH_SERVICE_PRINCIPAL = {"aws", "aws-us-gov"}
"""Partitions in which AWS documents a service to write, rather than an account of its own in each region."""


@dataclass(frozen=True, slots=True)
class LogDelivery:
    """The logs of a load balancer that stands in this place."""

    partition: str
    region: str
    account: str

    def of_application(self, bucket_arn: str, prefix: str | None, *, on_outposts: bool = False) -> Iterator[Statement]:
        """What lets an application load balancer write logs of any kind below the prefix."""
        writes = self._writes(bucket_arn, prefix)
        yield {**writes, "Principal": self._elastic_load_balancing()}
        if on_outposts:
            yield {**writes, "Principal": {"Service": _ELB_ON_OUTPOSTS}, "Condition": {"StringEquals": _OWNER_CONTROLS}}

    def of_network(self, bucket_arn: str, prefix: str | None) -> Iterator[Statement]:
        """What lets a network load balancer write access logs below the prefix."""
        deliverer = {"Service": _LOGS}
        source = self._source()
        looks: Statement = {"Effect": "Allow", "Principal": deliverer, "Action": "s3:GetBucketAcl", "Resource": bucket_arn}
        yield {**looks, "Condition": source}
        condition = {**source, "StringEquals": {**_OWNER_CONTROLS, **source["StringEquals"]}}
        yield {**self._writes(bucket_arn, prefix), "Principal": deliverer, "Condition": condition}

    def of_key(self) -> Statement:
        """What lets the logs of a network load balancer be encrypted, as the policy of the bucket's key says it."""
        actions = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
        allowed: Statement = {"Effect": "Allow", "Principal": {"Service": _LOGS}, "Action": actions, "Resource": "*"}
        return {**allowed, "Condition": self._source()}

    def _writes(self, bucket_arn: str, prefix: str | None) -> Statement:
        path = f"{prefix}/AWSLogs" if prefix else "AWSLogs"
        return {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"{bucket_arn}/{path}/{self.account}/*"}

    def _source(self) -> dict[str, dict[str, str]]:
        """The deliverer acts for this account's logs, and nobody else's."""
        arn = f"arn:{self.partition}:logs:{self.region}:{self.account}:*"
        return {"StringEquals": {"aws:SourceAccount": self.account}, "ArnLike": {"aws:SourceArn": arn}}

    def _elastic_load_balancing(self) -> dict[str, str]:
        """Who writes for application load balancers.

        AWS recommends its service everywhere that its documentation is about. For China and the isolated partitions it is the
        account of the region, as ever, where the CDK knows one.
        """
        if has_token(self.region):
            return {"Service": _ELB}
        known = region_info.RegionInfo.get(self.region)
        partition = known.partition or "aws"
        if partition in _WITH_SERVICE_PRINCIPAL or known.elbv2_account is None:
            return {"Service": _ELB}
        return {"AWS": f"arn:{partition}:iam::{known.elbv2_account}:root"}
