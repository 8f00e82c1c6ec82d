"""The programs of a cluster's kubectl provider, logged in to the cluster."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

# Of the layers of the cluster's kubectl provider.
os.environ["PATH"] = f"/opt/helm:/opt/kubectl:/opt/awscli:{os.environ.get('PATH', '')}"


class Failed(Exception):
    """A program ended with a complaint."""

    def __init__(self, program: str, complaint: str) -> None:
        super().__init__(f"{program} failed: {complaint}")
        self.complaint = complaint


class Programs:
    """kubectl, and what else there is."""

    def __init__(self, folder: Path, wanted: Mapping[str, str]) -> None:
        self._folder = folder
        self._wanted = wanted
        self._config = str(folder / "kubeconfig")
        role = ["--role-arn", wanted["RoleArn"]] if "RoleArn" in wanted else []
        self._run("aws", "eks", "update-kubeconfig", "--name", wanted["Cluster"], "--kubeconfig", self._config, *role)

    def kubectl(self, *words: str, text: str | None = None) -> str:
        """Runs kubectl; `text` is what it reads."""
        return self._run("kubectl", *words, "--kubeconfig", self._config, text=text)

    def _run(self, *words: str, text: str | None = None) -> str:
        """What a program says; raises with its complaint."""
        # Nothing but /tmp can be written to in Lambda, where Helm, kubectl and aws keep what they fetched.
        environment = {**os.environ, "HOME": str(self._folder)}
        done = subprocess.run(
            words, check=False, input=text, capture_output=True, text=True, errors="replace", cwd=self._folder, env=environment
        )
        if done.returncode:
            raise Failed(" ".join(words[:3]), done.stderr.strip() or done.stdout.strip())
        return done.stdout
