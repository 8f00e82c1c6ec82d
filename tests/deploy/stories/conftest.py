"""What the stories share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.kubernetes.tools import Tools
from tests.deploy.stories.world import World

# A template that this refuses, tests/synth shows; here each synth would wait for it.
os.environ["CDK_VALIDATION"] = "false"


@pytest.fixture(scope="module")
def world(folder: Path, tools: Tools) -> Iterator[World]:
    """A world for the stories of a file, with nothing in it at first."""
    with World.start(folder, tools) as world:
        yield world
