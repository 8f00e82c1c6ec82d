"""Runs the tests that need the controller's chart, with that of the judge's module: `python -m tests.conformance.chart`.

`make test` leaves them out where no chart 3.5.0 is at hand. The chart of an older judge has the same resource definitions and
templates, so that all of them run but those that compare what is known of chart 3.5.0 itself.
"""

from __future__ import annotations

import os
import subprocess
import sys

from tests.conformance.judge import NoJudge, build
from tests.conformance.releases import MODELLED

FOLDERS = ("tests/controller", "tests/manifests", "tests/synth")
"""Where such tests are."""


def main() -> int:
    try:
        judge = build()
    except NoJudge as reason:
        print(f"No judge could be built:\n{reason}", file=sys.stderr)
        return 2
    wanted = "chart" if judge.release == MODELLED else "chart and not known_chart"
    chart = judge.source / "helm" / "aws-load-balancer-controller"
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-m", wanted, *FOLDERS]
    return subprocess.run(command, env={**os.environ, "EKS_INGRESS_CHART": str(chart)}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
