"""Small charts for the tests."""

from __future__ import annotations

import tarfile
from io import BytesIO
from pathlib import Path

NAME = "aws-load-balancer-controller"


def folder(at: Path, *, version: str = "3.5.0", name: str = NAME, app_version: str = "v9") -> Path:
    """A chart as a folder, with the fields of Chart.yaml that could be mistaken for its version."""
    chart = at / "chart"
    (chart / "templates").mkdir(parents=True)
    head = f'apiVersion: v2\nname: "{name}"  # of the chart\nappVersion: {app_version}\nversion: {version}\n'
    text = head + "dependencies:\n- name: x\n  version: 7.0.0\n"
    (chart / "Chart.yaml").write_text(text, "utf-8")
    (chart / "templates" / "empty.yaml").write_text("", "utf-8")
    return chart


def packed(at: Path, **given: str) -> Path:
    """The same, as `helm package` writes it, with an entry that leads out of it."""
    archive = at / f"{NAME}.tgz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(folder(at, **given), NAME)
        out = tarfile.TarInfo(f"{NAME}/../../out.yaml")
        out.size = 1
        tar.addfile(out, BytesIO(b"x"))
    return archive
