"""All that a story happens in."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.deploy.cloud.calls import Call
from tests.deploy.cloud.cloud import Cloud
from tests.deploy.kubernetes.cluster import Kubernetes
from tests.deploy.kubernetes.controllers import Controllers
from tests.deploy.kubernetes.tools import Tools
from tests.deploy.stacks.driver import Driver


@dataclass(frozen=True)
class World:
    """A cluster, an AWS, the controller, and what deploys into them."""

    folder: Path
    """Files and logs of the story."""
    tools: Tools
    kubernetes: Kubernetes
    cloud: Cloud
    controllers: Controllers
    driver: Driver

    @classmethod
    @contextmanager
    def start(cls, folder: Path, tools: Tools) -> Iterator[World]:
        """A world with nothing in it."""
        with (
            Cloud.start(folder / "cloud") as cloud,
            Kubernetes.start(folder / "kubernetes", tools) as kubernetes,
            Controllers.start(kubernetes, cloud) as controllers,
            Driver.start(
                folder / "stacks",
                kubernetes,
                cloud,
                charts=packed(tools, [one.chart for one in tools.controllers.values()], folder / "charts"),
            ) as driver,
        ):
            yield cls(folder, tools, kubernetes, cloud, controllers, driver)

    def calls_of_the_controller(self, since: int = 0) -> list[Call]:
        """What the controller asked AWS for, from a length of `cloud.calls` on."""
        return [call for call in self.cloud.calls[since:] if call.by_controller]

    def settle(self, quiet: float = 4, patience: float = 120) -> None:
        """Waits until the controller has changed nothing in AWS for some seconds."""
        end = time.monotonic() + patience
        seen, since = -1, time.monotonic()
        while time.monotonic() - since < quiet:
            if time.monotonic() > end:
                raise TimeoutError(f"the controller does not come to rest within {patience:g} s")
            changes = sum(call.changes for call in self.calls_of_the_controller())
            if changes != seen:
                seen, since = changes, time.monotonic()
            time.sleep(0.2)


def packed(tools: Tools, charts: Iterable[Path], folder: Path) -> list[Path]:
    """Folders of charts as their project publishes them."""
    for chart in charts:
        subprocess.run([tools.helm, "package", chart, "--destination", folder], check=True, capture_output=True)
    return sorted(folder.iterdir())
