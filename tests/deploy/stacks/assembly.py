"""A cloud assembly (`cdk.out`): its stacks in the order in which they are deployed, and the files that CDK would upload."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Asset:
    """A file or a folder that CDK uploads before it deploys."""

    path: Path
    bucket: str
    """Name of the bucket, with `${AWS::AccountId}` and the like in it."""
    key: str

    def write_zip(self, target: Path) -> None:
        """What lies in the bucket: a zip file as it is, a folder packed."""
        target.parent.mkdir(parents=True, exist_ok=True)
        if self.path.is_dir():
            shutil.make_archive(str(target.with_suffix("")), "zip", self.path)
        else:
            shutil.copyfile(self.path, target)


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack of the assembly."""

    name: str
    id: str
    """Name of its artifact in the assembly."""
    template: Mapping[str, Any]
    account: str | None
    """None where the app is not tied to one."""
    region: str | None
    needs: tuple[str, ...]
    """Ids of the stacks that must be there before."""
    assets: tuple[Asset, ...]


def read_assembly(folder: Path) -> list[Stack]:
    """The stacks of an assembly and of those within it (the stages of an app), each after those that it needs."""
    stacks = {stack.id: stack for stack in _stacks(folder)}
    ordered: dict[str, Stack] = {}

    def add(stack: Stack) -> None:
        for need in stack.needs:
            if need in stacks:
                add(stacks[need])
        ordered.setdefault(stack.id, stack)

    for stack in stacks.values():
        add(stack)
    return list(ordered.values())


def _stacks(folder: Path) -> Iterator[Stack]:
    artifacts = json.loads((folder / "manifest.json").read_text("utf-8")).get("artifacts", {})
    for name, artifact in artifacts.items():
        properties = artifact.get("properties", {})
        if artifact["type"] == "cdk:cloud-assembly":
            yield from _stacks(folder / properties["directoryName"])
        elif artifact["type"] == "aws:cloudformation:stack":
            account, _, region = artifact["environment"].removeprefix("aws://").partition("/")
            needed = artifact.get("dependencies", [])
            manifests = (
                artifacts[other]["properties"]["file"] for other in needed if artifacts[other]["type"] == "cdk:asset-manifest"
            )
            yield Stack(
                name=properties.get("stackName", name),
                id=name,
                template=json.loads((folder / properties["templateFile"]).read_text("utf-8")),
                account=None if account == "unknown-account" else account,
                region=None if region == "unknown-region" else region,
                needs=tuple(other for other in needed if artifacts[other]["type"] == "aws:cloudformation:stack"),
                assets=tuple(asset for manifest in manifests for asset in _assets(folder, folder / manifest)),
            )


def _assets(folder: Path, manifest: Path) -> Iterator[Asset]:
    for asset in json.loads(manifest.read_text("utf-8")).get("files", {}).values():
        for destination in asset["destinations"].values():
            yield Asset(folder / asset["source"]["path"], destination["bucketName"], destination["objectKey"])
