"""The cloud that the stories run in."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import boto3

from tests.deploy.cloud.calls import Call
from tests.deploy.cloud.faults import Fault
from tests.deploy.cloud.recorder import Recorder
from tests.deploy.cloud.world import MotoWorld

ROOT = Path(__file__).parents[3]
ACCOUNT = "123456789012"
REGION = "us-east-1"


class Cloud:
    """moto, and the recorder in front of it. Nothing of it leaves the loopback."""

    account = ACCOUNT
    region = REGION
    partition = "aws"

    def __init__(self, moto: int, folder: Path) -> None:
        self._moto = moto
        self._principals: dict[str, str] = {}
        self._pod_blocks: dict[str, Iterator[IPv4Network]] = {}
        self._recorder = Recorder(moto, MotoWorld(self.client), folder, lambda key: self._principals.get(key, ""))

    @classmethod
    @contextmanager
    def start(cls, folder: Path) -> Iterator[Cloud]:
        """Start it; its log, and its calls as lines of JSON, are kept in `folder`.

        Who calls with the credentials of a role may do what its policies allow, as in AWS; a name that is no role may do all.
        Fails at the end if a role was denied anything, or if it was asked for what it does not know: then nothing is proven.
        """
        folder.mkdir(parents=True, exist_ok=True)
        with _moto(folder) as port:
            cloud = cls(port, folder)
            # The one image of all instances: to list the thousand that moto knows takes it seconds.
            cloud.client("ec2").register_image(Name="node")
            try:
                yield cloud
            finally:
                cloud._recorder.stop()
            if cloud.unknown:
                raise AssertionError("\n".join(["the cloud was asked for what it does not know:", *cloud.unknown]))
            if cloud.denied:
                raise AssertionError("\n".join(["calls were denied by the policies of their roles:", *cloud.denied]))

    @property
    def endpoint(self) -> str:
        """Where everything goes that is to be recorded, for `AWS_ENDPOINT_URL`."""
        return f"http://127.0.0.1:{self._recorder.port}"

    @property
    def calls(self) -> list[Call]:
        """All recorded calls so far."""
        return list(self._recorder.calls)

    @property
    def unknown(self) -> list[str]:
        """What it was asked for and does not know."""
        return list(self._recorder.unknown)

    @property
    def denied(self) -> list[str]:
        """What the policies of roles did not allow; a test that is about that takes it away by `forgive`."""
        return list(self._recorder.denied)

    def forgive(self) -> None:
        """Let what was denied so far not count at the end."""
        self._recorder.denied.clear()

    def calls_of(self, principal: str, since: int = 0) -> list[Call]:
        """The calls of one principal, from a length of `calls` on."""
        return [call for call in self.calls[since:] if call.principal == principal]

    def client(self, service: str, principal: str = "test") -> Any:
        """A client of boto3 that goes straight to moto and is not recorded."""
        return boto3.client(
            service,
            endpoint_url=f"http://127.0.0.1:{self._moto}",
            region_name=REGION,
            aws_access_key_id=self._access_key(principal),
            aws_secret_access_key="secret",
        )

    def credentials(self, principal: str) -> dict[str, str]:
        """The environment of a process whose calls are recorded under this name: credentials, region, endpoint."""
        return {
            "AWS_ACCESS_KEY_ID": self._access_key(principal),
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_EC2_METADATA_DISABLED": "true",
            # No profile of the user's is read.
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }

    def pod_addresses(self, instance_id: str, subnet_id: str) -> str:
        """A block of 16 addresses out of a subnet for the pods of a node, on a network interface of its own at that instance.

        That is how the VPC plugin of EKS gives pods their addresses, and how the controller finds a pod's security groups. The
        blocks begin in the middle of the subnet, above what moto hands out.
        """
        ec2 = self.client("ec2")
        (subnet,) = ec2.describe_subnets(SubnetIds=[subnet_id])["Subnets"]
        (instance,) = ec2.describe_instances(InstanceIds=[instance_id])["Reservations"][0]["Instances"]
        _, upper = IPv4Network(subnet["CidrBlock"]).subnets()
        taken = self._pod_blocks.setdefault(subnet_id, upper.subnets(new_prefix=28))
        block = next(taken)
        addresses = [{"PrivateIpAddress": str(address), "Primary": number == 0} for number, address in enumerate(block)]
        interface = ec2.create_network_interface(
            SubnetId=subnet_id,
            PrivateIpAddresses=addresses,
            Groups=[group["GroupId"] for group in instance["NetworkInterfaces"][0]["Groups"]],
            Description="aws-K8S-pods",
        )["NetworkInterface"]["NetworkInterfaceId"]
        index = len(instance["NetworkInterfaces"])
        ec2.attach_network_interface(NetworkInterfaceId=interface, InstanceId=instance_id, DeviceIndex=index)
        return str(block)

    def throttle(self, action: str, times: int | None = 1) -> Fault:
        """Let the next calls of an action, as `elasticloadbalancing:CreateRule`, be throttled; None: all until `stop()`."""
        return self._wrong(Fault(action, None, "Rate exceeded", times))

    def refuse(self, action: str, code: str, message: str, times: int | None = 1) -> Fault:
        """Let the next calls of an action fail with an error; None: all until `stop()`."""
        return self._wrong(Fault(action, code, message, times))

    def _wrong(self, fault: Fault) -> Fault:
        self._recorder.faults.append(fault)
        return fault

    def _access_key(self, principal: str) -> str:
        key = "AKIA" + hashlib.sha256(principal.encode()).hexdigest()[:16].upper()
        self._principals[key] = principal
        return key


@contextmanager
def _moto(folder: Path) -> Iterator[int]:
    """moto in a process of its own, which ends with its standard input: with this one, however that ends."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",
        "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
        # Certificates are issued at once: a controller that looks too early keeps in mind for minutes that there are none.
        "MOTO_ACM_VALIDATION_WAIT": "-1",
        # Its own calls to moto, by boto3 in its backends, need credentials that nobody checks.
        "AWS_ACCESS_KEY_ID": "moto",
        "AWS_SECRET_ACCESS_KEY": "moto",
    }
    with (folder / "moto.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.deploy.cloud.server"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        assert process.stdin
        assert process.stdout
        try:
            port = process.stdout.readline().strip()
            if not port:
                raise RuntimeError(f"moto did not start: {(folder / 'moto.log').read_text('utf-8')}")
            yield int(port)
        finally:
            process.stdin.close()
            process.stdout.close()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
