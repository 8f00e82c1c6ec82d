"""Buckets of the CDK for the logs of load balancers: what their policies must say, and in which order things come to be."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from aws_cdk import Stack, aws_iam
from constructs import Construct

from eks_ingress.checks.check import Finding
from eks_ingress.checks.objects import UNCHANGED_BUCKET, UNUSABLE_BUCKET
from eks_ingress.controller.log_delivery import LogDelivery
from eks_ingress.routing.attributes import LoadBalancerAttributes, Logs, NetworkLoadBalancerAttributes
from eks_ingress.routing.settings import LoadBalancerSettings
from eks_ingress.source import Source
from eks_ingress.tokens import has_token


class LogBuckets:
    """Opens buckets for the logs of what a construct makes, and has the construct wait for it."""

    def __init__(self, construct: Construct, source: Source) -> None:
        """Opens none yet.

        :param construct: what has the load balancer made, in the load balancer's region and account.
        :param source: where it was written.
        """
        self._construct = construct
        self._source = source
        self._stack = Stack.of(construct)
        self._delivery = LogDelivery(self._stack.partition, self._stack.region, self._stack.account)

    def of_application(self, attributes: LoadBalancerAttributes | None, *, on_outposts: bool = False) -> Iterator[Finding]:
        """Opens the buckets of an application load balancer, and tells of those that cannot be opened."""
        if attributes is None:
            return
        written = (attributes.access_logs, attributes.connection_logs, attributes.health_check_logs)
        for (_, prefix), bucket in _buckets(written).items():
            if not (unusable := [*self._elsewhere(bucket), *self._encrypted(bucket, is_key_taken=False)]):
                statements = self._delivery.of_application(bucket.bucket_arn, prefix, on_outposts=on_outposts)
                unusable += self._open(bucket, bucket, statements)
            yield from unusable

    def of_network(self, attributes: NetworkLoadBalancerAttributes | None) -> Iterator[Finding]:
        """The same for a network load balancer, whose logs can be encrypted by a key of one's own."""
        for (_, prefix), bucket in _buckets([attributes.access_logs] if attributes else ()).items():
            if unusable := [*self._elsewhere(bucket), *self._encrypted(bucket, is_key_taken=True)]:
                yield from unusable
                continue
            yield from self._open(bucket, bucket, self._delivery.of_network(bucket.bucket_arn, prefix))
            if bucket.encryption_key is not None:
                yield from self._open(bucket, bucket.encryption_key, [self._delivery.of_key()])

    def _open(self, bucket: Any, owner: Any, statements: Iterable[dict[str, Any]]) -> Iterator[Finding]:
        """Adds to the policy of the bucket, or of its key; the CDK writes a statement that is there already only once."""
        missing = []
        for statement in statements:
            added = owner.add_to_resource_policy(aws_iam.PolicyStatement.from_json(statement))
            if not added.statement_added:
                missing.append(json.dumps(statement))
            elif owner is bucket:  # which waits for its key itself
                self._construct.node.add_dependency(added.policy_dependable)
        if missing:
            what = f"the policy of bucket {bucket.bucket_name}" if owner is bucket else f"the policy of {bucket.bucket_name}'s key"
            yield UNCHANGED_BUCKET.at(self._source, f"{what} must have {' and '.join(missing)}.")

    def _elsewhere(self, bucket: Any) -> Iterator[Finding]:
        """A bucket of another region, where both regions are known."""
        theirs, ours = str(bucket.env.region), self._stack.region
        if theirs != ours and not has_token(theirs) and not has_token(ours):
            message = f"bucket {bucket.bucket_name} is in {theirs}, while the load balancer is in {ours}."
            yield UNUSABLE_BUCKET.at(self._source, message, f"Pass a bucket in {ours}.")

    def _encrypted(self, bucket: Any, *, is_key_taken: bool) -> Iterator[Finding]:
        """A bucket with keys by which the logs are not encrypted."""
        has_own_key = bucket.encryption_key is not None
        if not (has_own_key or _has_key_of_aws(bucket)) or (has_own_key and is_key_taken):
            return
        if is_key_taken:
            message = f"bucket {bucket.bucket_name} is encrypted by a key of AWS KMS that AWS manages."
            yield UNUSABLE_BUCKET.at(self._source, message, "Give the bucket `encryption_key=` of your own, or S3_MANAGED.")
            return
        message = f"bucket {bucket.bucket_name} is encrypted by a key of AWS KMS, and application load balancers take none."
        yield UNUSABLE_BUCKET.at(self._source, message, "Give the bucket `encryption=BucketEncryption.S3_MANAGED`.")


def log_findings(construct: Construct, source: Source, settings: LoadBalancerSettings) -> Iterator[Finding]:
    """Opens the buckets of an application load balancer, and of the network load balancer in front of it."""
    buckets, frontend = LogBuckets(construct, source), settings.frontend_nlb
    yield from buckets.of_application(settings.attributes, on_outposts=settings.customer_owned_ipv4_pool is not None)
    yield from buckets.of_network(None if frontend is None else frontend.attributes)


def _buckets(written: Iterable[Logs | None]) -> dict[tuple[int, str | None], Any]:
    """The buckets of the CDK among them, by what sets their policies apart; an L1 one is no more than its name."""
    given = ((logs.given, logs.prefix or None) for logs in written if logs is not None)
    return {(id(bucket), prefix): bucket for bucket, prefix in given if hasattr(bucket, "add_to_resource_policy")}


def _has_key_of_aws(bucket: Any) -> bool:
    """Whether a bucket of the app says that it is encrypted by AWS KMS; if by its own key, the CDK tells that otherwise."""
    resource = bucket.node.default_child
    encryption = None if resource is None else Stack.of(bucket).resolve(getattr(resource, "bucket_encryption", None))
    rules = (encryption or {}).get("serverSideEncryptionConfiguration") or ()
    return any("aws:kms" in str((rule.get("serverSideEncryptionByDefault") or {}).get("sseAlgorithm")) for rule in rules)
