"""Waits, when a stack is deleted, until what the AWS Load Balancer Controller made for it is gone. It changes nothing."""

import json
import time
from typing import Any
from urllib.request import Request, urlopen

import boto3
from botocore.config import Config

CLUSTER, INGRESS, SERVICE = "elbv2.k8s.aws/cluster", "ingress.k8s.aws/stack", "service.k8s.aws/stack"
PAUSE = 15
ADVICE = "Read the controller's log. Once they are gone, delete the stack again. See docs/destroy.md of eks-ingress."


def handler(event: dict[str, Any], context: Any) -> None:
    """Answers CloudFormation: at once, but where the stack is deleted."""
    wrong = ""
    if event["RequestType"] == "Delete" and _is_deleted(event["StackId"]):
        wanted = event["ResourceProperties"]
        wrong = _wait(wanted, min(float(wanted["Seconds"]), context.get_remaining_time_in_millis() / 1000 - 45))
    body = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")}
    body["PhysicalResourceId"] = event.get("PhysicalResourceId", event["LogicalResourceId"])
    body |= {"Status": "FAILED" if wrong else "SUCCESS", "Reason": wrong}
    # The address was signed for no content type.
    urlopen(Request(event["ResponseURL"], json.dumps(body).encode(), {"Content-Type": ""}, method="PUT"), timeout=30)


def _client(name: str) -> Any:
    return boto3.client(name, config=Config(retries={"mode": "standard", "max_attempts": 8}))


def _is_deleted(stack: str) -> bool:
    """Whether the stack goes, rather than that an update takes the guard out of it."""
    try:
        found = _client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
        return not found[0]["StackStatus"].startswith("UPDATE")
    except Exception:
        return True


def _wait(wanted: dict[str, Any], seconds: float) -> str:
    """What is left when the time is over, or cannot go; empty as soon as nothing is left."""
    begun, left, error = time.monotonic(), ["what could not be seen"], ""
    elb, ec2 = _client("elbv2"), _client("ec2")
    seen: dict[str, dict[str, str]] = {}
    while True:
        past = time.monotonic() - begun
        try:
            left, error = _look(elb, ec2, wanted, seen), ""
            if not left:
                return ""
            # The controller takes off a protection that it was not told of, and does so at once.
            for arn in left if past > 60 else ():
                if ":loadbalancer/" in arn and _is_protected(elb, arn):
                    return f"{arn} has deletion protection. Take it off its Ingress or Service. {ADVICE}"
        except Exception as failed:
            error = f" (The last look failed: {failed})"[:400]
        if past + PAUSE > seconds:
            more = f" and {len(left) - 15} more" if left[15:] else ""
            return f"Not gone after {past:.0f} s: {', '.join(left[:15])}{more}.{error} {ADVICE}"
        time.sleep(PAUSE)


def _is_protected(elb: Any, arn: str) -> bool:
    found = elb.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
    return {"Key": "deletion_protection.enabled", "Value": "true"} in found


def _look(elb: Any, ec2: Any, wanted: dict[str, Any], seen: dict[str, dict[str, str]]) -> list[str]:
    """What is left; `seen` has the tags that were read before."""

    def every(of: Any, things: str, **asked: Any) -> list[Any]:
        pages = of.get_paginator("describe_" + things).paginate(**asked)
        return [x for page in pages for x in page[things.title().replace("_", "")]]

    arns = [x["LoadBalancerArn"] for x in every(elb, "load_balancers")]
    arns += [x["TargetGroupArn"] for x in every(elb, "target_groups")]
    new = [arn for arn in arns if arn not in seen]
    for n in range(0, len(new), 20):
        for x in elb.describe_tags(ResourceArns=new[n : n + 20])["TagDescriptions"]:
            seen[x["ResourceArn"]] = _by_key(x["Tags"])
    made = {arn: seen[arn] for arn in arns if seen[arn].get(CLUSTER) == wanted["Cluster"]}

    groups, own = {*wanted.get("Groups", [])}, tuple(name + "-" for name in wanted.get("Ingresses", []))
    for group in wanted.get("Shared", []):
        # Only the target groups of Ingresses have a "/" in it. Where all of them are others', so is the load balancer.
        ids = [x["ingress.k8s.aws/resource"] for x in made.values() if x.get(INGRESS) == group]
        of_ingresses = [x for x in ids if "/" in x]
        if not of_ingresses or any(x.startswith(own) for x in of_ingresses):
            groups.add(group)

    def is_ours(tags: dict[str, str]) -> bool:
        return tags.get(INGRESS) in groups or tags.get(SERVICE) in wanted.get("Services", [])

    left = [arn for arn, tags in made.items() if is_ours(tags)]
    is_last = len(left) == len(made)
    for x in every(ec2, "security_groups", Filters=[{"Name": f"tag:{CLUSTER}", "Values": [wanted["Cluster"]]}]):
        tags = _by_key(x["Tags"])
        # All load balancers of a cluster share one, which goes with the last of them.
        if is_ours(tags) or (is_last and tags.get("elbv2.k8s.aws/resource") == "backend-sg"):
            left.append(x["GroupId"])
    return left


def _by_key(tags: list[dict[str, str]]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags}
