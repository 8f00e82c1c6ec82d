"""Plans as the command line shows them, beside what the controller says that it built."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from eks_ingress.cli import main
from tests.conformance.answers import canonical, differences
from tests.deploy.stories.apps import version_of
from tests.deploy.stories.world import World

DRY_RUN_PLAN = "alb.ingress.kubernetes.io/dry-run-plan"
_CERTIFICATE = {"$ref": "#/resources///status/certificateARN"}
"""What the controller writes for a certificate that exists."""


def said(*words: str | Path) -> tuple[int, str]:
    """How `eks-ingress` ends, and what it says."""
    with redirect_stdout(io.StringIO()) as told:
        ended = main([*map(str, words)])
    return ended, told.getvalue()


def disagreements(assembly: Path, world: World) -> list[str]:
    """Where the plan of an assembly and what the controller built differ, as JSON pointers with both values.

    The plan is given what no template says: the cluster's name, and what there is in AWS.
    """
    facts = world.folder / "facts.json"
    facts.write_text(json.dumps(_facts(world)), "utf-8")
    (cluster,) = world.driver.clusters.names
    ended, text = said("plan", assembly, "--cluster-name", cluster, "--aws", facts, "--complete", "--format", "json")
    assert ended == 0, text
    planned = {one["id"]: one for one in json.loads(text)["load_balancers"]}
    built = {one["id"]: one for one in _built(world)}
    return [
        *(f"{group}: {pointer}" for group in planned.keys() & built.keys() for pointer in _between(planned[group], built[group])),
        *(f"{group}: the controller did not build it" for group in planned.keys() - built.keys()),
        *(f"{group}: it is not in the plan" for group in built.keys() - planned.keys()),
    ]


def live(world: World) -> Path:
    """A file for `--compare`, as a user makes it: with all Ingresses, or, where these carry no plans, with what was logged."""
    file = world.folder / "live.yaml"
    if _writes_plans(world):
        file.write_text(world.kubernetes.kubectl("get", "ingress", "-A", "-o", "yaml"), "utf-8")
    else:
        file.write_text("\n---\n".join(map(json.dumps, _built(world))), "utf-8")
    return file


def _between(planned: dict[str, Any], built: dict[str, Any]) -> list[str]:
    theirs = _without_certificates(canonical(built))
    return differences(_hashed(_without_certificates(canonical(planned)), theirs), theirs)


def _hashed(ours: Any, theirs: Any) -> Any:
    """A plan with the hashes that the controller makes of what nobody knows before: UIDs of Services, in names of target groups."""
    match ours, theirs:
        case dict(), dict():
            return {key: _hashed(value, theirs.get(key)) for key, value in ours.items()}
        case list(), list() if len(ours) == len(theirs):
            return [_hashed(*pair) for pair in zip(ours, theirs, strict=True)]
        case str(), str() if re.fullmatch(re.escape(ours).replace(re.escape("${hash}"), "[0-9a-f]{10}"), theirs):
            return theirs
    return ours


def _built(world: World) -> list[dict[str, Any]]:
    """What the controller wrote to the first Ingress of each group, or, where its release does not do that yet, to its log."""
    if not _writes_plans(world):
        return [stack for stack in _logged(world) if stack["resources"]]
    annotations = (body["metadata"].get("annotations", {}) for body in world.kubernetes.objects("ingresses"))
    return [json.loads(one[DRY_RUN_PLAN]) for one in annotations if DRY_RUN_PLAN in one]


def _writes_plans(world: World) -> bool:
    return version_of(world.tools.controller.release).has("3.4.0")


def _logged(world: World) -> Iterable[dict[str, Any]]:
    """What the controller built last of each group, as it tells it to its log."""
    lines = (line for log in world.kubernetes.logs.glob("controller-*.log") for line in log.read_text("utf-8").splitlines())
    told = sorted((json.loads(line) for line in lines if '"successfully built model"' in line), key=lambda one: str(one["ts"]))
    return {stack["id"]: stack for one in told for stack in [json.loads(one["model"])]}.values()


def _without_certificates(stack: dict[str, Any]) -> dict[str, Any]:
    """A stack in which certificates have no ARNs: the controller does not write those of certificates that exist."""
    for listener in stack["resources"].get("AWS::ElasticLoadBalancingV2::Listener", {}).values():
        for certificate in listener["spec"].get("certificates", ()):
            certificate["certificateARN"] = _CERTIFICATE
    return stack


def _facts(world: World) -> dict[str, Any]:
    """What there is in AWS, as `--aws` reads it."""
    ec2, acm = world.cloud.client("ec2"), world.cloud.client("acm")
    (vpc,) = (one for one in ec2.describe_vpcs()["Vpcs"] if not one["IsDefault"])
    in_vpc = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
    groups = ec2.describe_security_groups(Filters=in_vpc)["SecurityGroups"]
    backend = [group["GroupId"] for group in groups if _tags(group).get("elbv2.k8s.aws/resource") == "backend-sg"]
    certificates = acm.list_certificates()["CertificateSummaryList"]
    return {
        "vpc": vpc["VpcId"],
        "vpc_cidrs": [vpc["CidrBlock"]],
        "subnets": [
            {
                "id": subnet["SubnetId"],
                "zone": subnet["AvailabilityZone"],
                "public": subnet["MapPublicIpOnLaunch"],
                "cidr": subnet["CidrBlock"],
                "tags": _tags(subnet),
            }
            for subnet in ec2.describe_subnets(Filters=in_vpc)["Subnets"]
        ],
        "security_groups": [{"id": group["GroupId"]} for group in groups],
        "certificates": [{"arn": one["CertificateArn"], "domains": [one["DomainName"]]} for one in certificates],
        **({"backend_security_group": backend[0]} if backend else {}),
    }


def _tags(told: dict[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in told.get("Tags", [])}
