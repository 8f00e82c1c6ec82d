"""docs/checks.md, from the checks: `python -m tests.checks.checks_page` writes it anew."""

from __future__ import annotations

from pathlib import Path

from eks_ingress.report.checks import page

PAGE = Path(__file__).parents[2] / "docs" / "checks.md"

if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
