"""Story 4: another release of the controller, with its custom resource definitions, while the cluster is in use.

First the upgrade fails and is undone, then it succeeds, and then one is killed in mid-work. Where only one release of the
controller can be had, the newer chart is the same under another version, with a definition that was changed; what was upgraded
is printed.
"""

from __future__ import annotations

import json
import shutil
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
import yaml
from aws_cdk import App, Stack

from eks_ingress import ControllerOptions, ControllerVersion, EksIngress, Image, Service
from tests.deploy.kubernetes.cluster import Kubernetes
from tests.deploy.processes import wait_until
from tests.deploy.stacks.state import StackFailed
from tests.deploy.stories.apps import Platform, synth, version_of
from tests.deploy.stories.hastened import hasten
from tests.deploy.stories.seen import Balancer, balancers
from tests.deploy.stories.world import World, packed

RELEASE = "aws-load-balancer-controller"
NOWHERE = Image.of("public.ecr.aws/eks/aws-load-balancer-controller", tag="v0.0.0")
"""An image that no node can pull."""


@dataclass(frozen=True)
class Chart:
    """A release of the controller's chart."""

    version: ControllerVersion
    folder: Path

    @property
    def definitions(self) -> dict[str, Any]:
        """The versions of each of its custom resource definitions, by name."""
        files = sorted((self.folder / "crds").glob("*.yaml"))
        bodies = (body for file in files for body in yaml.safe_load_all(file.read_text("utf-8")))
        return {
            body["metadata"]["name"]: body["spec"]["versions"] for body in bodies if body.get("kind") == "CustomResourceDefinition"
        }


@dataclass(frozen=True)
class State:
    """What an upgrade may change, or must not."""

    definitions: dict[str, Any]
    certificate: dict[str, str]
    trusted: list[str]
    """Which authority the API server trusts, by webhook."""
    balancer: Balancer
    images: set[str]
    """Of the controller's pods."""
    release: str
    """Status of the last revision."""

    @classmethod
    def of(cls, world: World) -> State:
        kubernetes = world.kubernetes
        secrets = {secret["metadata"]["name"]: secret for secret in kubernetes.objects("secrets", "kube-system")}
        revisions = [one["metadata"]["labels"] for name, one in secrets.items() if name.startswith("sh.helm.release.")]
        pods = [pod for pod in kubernetes.pods if pod["metadata"]["labels"].get("app.kubernetes.io/name") == RELEASE]
        hooks = kubernetes.objects("validatingwebhookconfigurations") + kubernetes.objects("mutatingwebhookconfigurations")
        (balancer,) = balancers(world.cloud).values()
        return cls(
            definitions={body["metadata"]["name"]: body["spec"]["versions"] for body in kubernetes.objects("crds")},
            certificate=secrets["aws-load-balancer-tls"]["data"],
            trusted=[hook["clientConfig"]["caBundle"] for body in hooks for hook in body["webhooks"]],
            balancer=balancer,
            images={pod["spec"]["containers"][0]["image"] for pod in pods if "deletionTimestamp" not in pod["metadata"]},
            release=max(revisions, key=lambda revision: int(revision["version"]))["status"],
        )


class User:
    """Somebody who makes a Service and an Ingress, and takes them away, again and again."""

    def __init__(self, kubernetes: Kubernetes) -> None:
        self.made = 0
        self.refused: list[str] = []
        self._url = f"{kubernetes.url}/{{}}/namespaces/default/{{}}"
        self._context = ssl.create_default_context(cafile=str(kubernetes.certificate))
        (user,) = json.loads(kubernetes.kubeconfig.read_text("utf-8"))["users"]
        self._headers = {"Authorization": f"Bearer {user['user']['token']}", "Content-Type": "application/json"}

    def work(self, until: Event) -> None:
        while not until.wait(0.02):
            self.make_service()
            self.make_ingress()

    def make_service(self) -> None:
        """One that no controller serves."""
        spec = {"type": "LoadBalancer", "loadBalancerClass": "example.com/nobody", "ports": [{"port": 80}]}
        self._attempt("api/v1", "services", spec)

    def make_ingress(self) -> None:
        """One that no controller serves; the webhooks are asked all the same."""
        self._attempt(
            "apis/networking.k8s.io/v1", "ingresses", {"defaultBackend": {"service": {"name": "web", "port": {"number": 80}}}}
        )

    def _attempt(self, group: str, kind: str, spec: Mapping[str, Any]) -> None:
        url = self._url.format(group, kind)
        body = json.dumps({"metadata": {"name": "passing"}, "spec": spec}).encode()
        requests = (
            Request(url, body, self._headers, method="POST"),
            Request(f"{url}/passing", None, self._headers, method="DELETE"),
        )
        try:
            for request in requests:
                with urlopen(request, timeout=40, context=self._context):
                    pass
            self.made += 1
        except HTTPError as refused:
            self.refused.append(f"{kind}: {refused.read().decode()}")


@contextmanager
def at_work(world: World) -> Iterator[User]:
    """A user who works meanwhile."""
    over = Event()
    user = User(world.kubernetes)
    thread = Thread(target=user.work, args=(over,))
    thread.start()
    try:
        yield user
    finally:
        over.set()
        thread.join()
    print(f"{user.made} objects were made meanwhile, {len(user.refused)} refused")


@pytest.fixture(scope="module")
def charts(world: World) -> tuple[Chart, Chart]:
    """The older and the newer."""
    known = [Chart(version_of(one.release), one.chart) for one in world.tools.controllers.values()]
    newer, older = known[0], known[-1]
    if newer is older:
        newer = repackaged(older, world.folder / "newer")
        (archive,) = packed(world.tools, [newer.folder], world.folder / "newer-packed")
        world.driver.served.add_chart(archive)
    print("upgraded:", *(f"chart {one.version.chart} of controller {one.version.controller}" for one in (older, newer)))
    return older, newer


def repackaged(chart: Chart, folder: Path) -> Chart:
    """The same chart under the next version, with a definition that was changed."""
    number = chart.version.number
    next_one = f"{number.major}.{number.minor}.{number.patch + 1}"
    shutil.copytree(chart.folder, folder)
    for file, old, new in (
        ("Chart.yaml", f"\nversion: {chart.version.chart}\n", f"\nversion: {next_one}\n"),
        ("crds/crds.yaml", "TargetGroupBinding is the Schema for the TargetGroupBinding API", "TargetGroupBinding, changed"),
    ):
        text = (folder / file).read_text("utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new), "utf-8")
    return Chart(ControllerVersion.of(chart.version.controller, chart=next_one), folder)


def shop(world: World, name: str, version: ControllerVersion, *, helm: int = 420, is_killed: bool = False, **given: Any) -> Path:
    """An app with a load balancer, in a hurry: see `hasten`."""

    def build(app: App) -> None:
        platform = Platform(app, "Platform")
        stack = Stack(app, "Shop")
        ingress = EksIngress(stack, "Ingress", cluster=platform.cluster, version=version, crds="chart", **given)
        ingress.add_load_balancer("Shop", namespace="shop").add_route("/", Service("storefront", 80))

    assembly = synth(world.folder / f"cdk.out.{name}", build)
    hasten(assembly, helm=helm, is_killed=is_killed)
    return assembly


@pytest.fixture(scope="module")
def before(world: World, charts: tuple[Chart, Chart]) -> State:
    """The older release, deployed."""
    older, _ = charts
    world.driver.deploy(shop(world, "older", older.version))
    wait_until("the load balancer has its targets", lambda: targets(world) == 2, seconds=60)
    state = State.of(world)
    assert state.definitions == older.definitions
    return state


def targets(world: World) -> int:
    """How many targets its load balancer has."""
    return sum(len(group.targets) for one in balancers(world.cloud).values() for group in one.target_groups.values())


def test_without_its_controller_a_cluster_refuses_ingresses_so_that_a_gap_would_be_seen(world: World, before: State) -> None:
    world.controllers.down()
    with at_work(world) as user:
        wait_until("an Ingress is refused", lambda: bool(user.refused), seconds=60)
    assert "failed calling webhook" in user.refused[0]
    world.controllers.up()
    wait_until("an Ingress is taken again", lambda: takes_ingresses(world), seconds=120)


def takes_ingresses(world: World) -> bool:
    """Whether an Ingress can be made."""
    user = User(world.kubernetes)
    user.make_ingress()
    return not user.refused


def test_an_upgrade_that_fails_is_undone_and_nobody_is_refused_meanwhile(
    world: World, charts: tuple[Chart, Chart], before: State
) -> None:
    _, newer = charts
    assembly = shop(world, "broken", newer.version, helm=20, image=NOWHERE)
    with at_work(world) as user, pytest.raises(StackFailed) as failed:
        world.driver.deploy(assembly)
    assert "not ready" in failed.value.reasons["IngressChart"]
    assert world.driver.stacks["Shop"].status == "UPDATE_ROLLBACK_COMPLETE"
    assert user.refused == []
    state = State.of(world)
    assert state.release == "deployed"
    assert (state.images, state.certificate, state.trusted, state.balancer) == (
        before.images,
        before.certificate,
        before.trusted,
        before.balancer,
    )


@dataclass(frozen=True)
class Upgrade:
    """An upgrade that succeeded."""

    user: User
    after: State
    events: list[str]
    """What happened to the resources of the controller, in order."""
    changes: list[str]
    """Calls of the controller that made, changed or removed something."""


def is_led(world: World) -> bool:
    """Whether one of the pods that are there leads, and has looked at the Ingress."""
    alive = [pod["metadata"]["name"] for pod in world.kubernetes.pods if "deletionTimestamp" not in pod["metadata"]]
    logs = [world.kubernetes.logs / f"controller-{name}.log" for name in alive]
    return any("successfully deployed model" in log.read_text("utf-8") for log in logs if log.exists())


@pytest.fixture(scope="module")
def upgrade(world: World, charts: tuple[Chart, Chart], before: State) -> Upgrade:
    """The newer release, deployed again."""
    _, newer = charts
    first, since = len(world.driver.events), len(world.cloud.calls)
    assembly = shop(world, "newer", newer.version)
    with at_work(world) as user:
        world.driver.deploy(assembly)
    wait_until("the new leader has looked at the Ingress", lambda: is_led(world), seconds=90)
    events = [f"{event.logical_id} {event.status}" for event in world.driver.events[first:]]
    changes = [call.name for call in world.calls_of_the_controller(since) if call.changes]
    return Upgrade(user, State.of(world), events, changes)


def test_it_can_be_deployed_again_after_it_failed(world: World, upgrade: Upgrade, charts: tuple[Chart, Chart]) -> None:
    assert world.driver.stacks["Shop"].status == "UPDATE_COMPLETE"
    assert upgrade.after.release == "deployed"
    assert {image.rpartition(":")[2] for image in upgrade.after.images} == {charts[1].version.image_tag}


def test_the_definitions_are_those_of_the_newer_chart_before_its_release_comes(
    upgrade: Upgrade, before: State, charts: tuple[Chart, Chart]
) -> None:
    _, newer = charts
    assert before.definitions != newer.definitions
    assert upgrade.after.definitions == newer.definitions
    assert upgrade.events.index("IngressSteward UPDATE_COMPLETE") < upgrade.events.index("IngressChart UPDATE_IN_PROGRESS")


def test_no_service_and_no_ingress_is_refused_meanwhile(upgrade: Upgrade) -> None:
    assert upgrade.user.made > 20
    assert upgrade.user.refused == []


def test_the_serving_certificate_is_kept(upgrade: Upgrade, before: State) -> None:
    assert upgrade.after.certificate == before.certificate
    assert set(upgrade.after.trusted) == set(before.trusted)


def test_the_load_balancer_stays_as_it_is(upgrade: Upgrade, before: State) -> None:
    assert upgrade.after.balancer == before.balancer
    assert upgrade.changes == []


def test_an_upgrade_that_is_killed_is_undone_by_the_rollback_itself(
    world: World, charts: tuple[Chart, Chart], upgrade: Upgrade
) -> None:
    _, newer = charts
    assembly = shop(world, "killed", newer.version, is_killed=True, image=NOWHERE)
    with at_work(world) as user, pytest.raises(StackFailed) as failed:
        world.driver.deploy(assembly)
    assert "timed out" in failed.value.reasons["IngressChart"]
    assert world.driver.stacks["Shop"].status == "UPDATE_ROLLBACK_COMPLETE"
    assert user.refused == []
    assert State.of(world) == upgrade.after


def test_after_all_that_the_next_deployment_goes_through(world: World, charts: tuple[Chart, Chart], upgrade: Upgrade) -> None:
    _, newer = charts
    world.driver.deploy(shop(world, "next", newer.version, options=ControllerOptions(log_level="debug")))
    assert State.of(world).release == "deployed"
    # A leader that has not looked at an Ingress before it is deleted forgets what all Ingresses share.
    wait_until("the new leader has looked at the Ingress", lambda: is_led(world), seconds=90)
    world.driver.destroy("Shop")
    assert set(newer.definitions) <= {body["metadata"]["name"] for body in world.kubernetes.objects("crds")}
