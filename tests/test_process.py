"""What the use of the package does to the process that it is used in."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PROGRAM = """
import gc, eks_ingress
before = gc.get_freeze_count()
eks_ingress.Service
print(before, gc.get_freeze_count() > 1000, gc.isenabled())
"""


@pytest.mark.parametrize(("environment", "spared"), [({"CDK_OUTDIR": "cdk.out"}, True), ({}, False)])
def test_what_is_loaded_is_looked_through_for_garbage_but_in_an_app_that_the_cdk_runs(
    environment: dict[str, str], spared: bool
) -> None:
    inherited = {name: value for name, value in os.environ.items() if name != "CDK_OUTDIR"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env={**inherited, **environment}, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["0", str(spared), "True"]
