"""Random TargetGroupBindings, and target groups of all kinds, of which the webhooks let about half in."""

from __future__ import annotations

from random import Random

from tests.conformance.cases.short import Object, full
from tests.conformance.generate import World

VPC, OTHER_VPC = "vpc-0123456789abcdef0", "vpc-0123456789abcdef1"
OWN, OTHERS = "111122223333", "444455556666"


def bindings(random: Random) -> Object:
    """One case: `objects`, `controller` and `facts`."""
    world = World(random)
    groups = [target_group(world, number) for number in range(world.one(1, 2, 3, 4))]
    if world.chance(0.2):
        made = same_target_group(world, groups[0])
    else:
        made = [binding(world, group, number) for number, group in enumerate(groups)]
    return {"objects": [full(each) for each in made], "controller": {}, "facts": {"vpc": VPC, "target_groups": groups}}


def target_group(world: World, number: int) -> Object:
    """One of the account, or of another one."""
    account = world.one(OWN, OWN, OWN, OTHERS)
    name = f"group-{number}"
    return {
        "arn": f"arn:aws:elasticloadbalancing:eu-west-1:{account}:targetgroup/{name}/{number}",
        "name": name,
        "target_type": world.one("ip", "ip", "ip", "instance", "instance", *(["lambda", "alb"] if world.chance(0.3) else [])),
        "protocol": world.one("TCP", "TCP", "UDP", "HTTP", "TLS", "TCP_UDP", "QUIC", "TCP_QUIC"),
        "ip_address_type": world.one("ipv4", "ipv4", "ipv6"),
        "vpc": world.one(VPC, VPC, OTHER_VPC),
    }


def binding(world: World, group: Object, number: int) -> Object:
    """What the target group is, said or left to the webhook, and now and then what it is not."""
    made = bound(world, group, f"shop/binding-{number}")
    kind = world.one("ip", "instance") if world.chance(0.1) else group["target_type"]
    settings: Object = {
        "targetType": kind if kind in ("ip", "instance") else "ip",
        "targetGroupProtocol": world.one("TCP", "UDP", "QUIC") if world.chance(0.1) else group["protocol"],
        "ipAddressType": world.one("ipv4", "ipv6") if world.chance(0.1) else group["ip_address_type"],
        "vpcID": world.one("vpc-1", "vpc-0123456", OTHER_VPC, VPC.upper(), "") if world.chance(0.2) else group["vpc"],
    }
    made.update({name: value for name, value in settings.items() if world.chance(0.4)})
    if world.chance(0.3 if kind == "instance" else 0.1):
        made["nodeSelector"] = world.one({}, {"matchLabels": {"disk": "ssd"}})
    if world.chance(0.1):
        made.pop("iamRoleArnToAssume", None)  # of other accounts it is not known what they do not have
        gone = {"targetGroupARN": f"arn:aws:elasticloadbalancing:eu-west-1:{OWN}:targetgroup/gone/1", "targetGroupName": "gone"}
        name = next(name for name in gone if name in made)
        made[name] = world.one("", gone[name])
    return made


def bound(world: World, group: Object, name: str) -> Object:
    """The binding of a target group by ARN or name, in its account."""
    made: Object = {"TargetGroupBinding": name, "serviceRef": {"name": "api", "port": world.one(8080, "http")}}
    made.update(world.one({"targetGroupARN": group["arn"]}, {"targetGroupName": group["name"]}))
    if OTHERS in group["arn"]:
        made["iamRoleArnToAssume"] = f"arn:aws:iam::{OTHERS}:role/bindings"
        made.update(world.perhaps(0.3, {"assumeRoleExternalId": "shop"}))
    return made


def same_target_group(world: World, group: Object) -> list[Object]:
    """Several bindings of one target group, which has nothing else that could be wrong."""
    group.update({"target_type": "ip", "protocol": "TCP"})
    found = []
    for number in range(world.one(2, 2, 3)):
        made = bound(world, group, f"{world.one('shop', 'admin')}/same-{number}")
        found.append({**made, **world.perhaps(0.7, {"multiClusterTargetGroup": world.one(True, True, True, False)})})
    return found
