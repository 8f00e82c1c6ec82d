"""Pieces of a page that application and network load balancers have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from eks_ingress.checks.usage import Usage
from eks_ingress.report.remarks import Remark
from eks_ingress.report.visible import visible
from eks_ingress.source import Source


def e(text: object) -> str:
    """A text of others, which is only a text: fit for an element and for an attribute."""
    return escape(visible(str(text)))


def code(text: object) -> str:
    """A text as it is written somewhere."""
    return f"<code>{e(text)}</code>"


def either(texts: Iterable[str]) -> str:
    """Texts of which any will do."""
    return ' <span class="or">or</span> '.join(map(code, texts))


def settings_list(rows: Iterable[tuple[str, str]]) -> str:
    """Names and values, but for those without a value; nothing where there are none."""
    found = "".join(f"<div><dt>{e(name)}</dt><dd>{e(value)}</dd></div>" for name, value in rows if value)
    return f'<dl class="settings">{found}</dl>' if found else ""


def mark(became: str | None) -> str:
    """What became of something since an earlier plan, in a word; nothing where it is as it was."""
    return f'<span class="mark {became.partition(" ")[0]}">{became}</span> ' if became else ""


def remarks_list(remarks: Sequence[Remark]) -> str:
    """What is wrong, each with what it is, why, what to do and where; nothing where all is well."""
    found = "".join(map(_remark, remarks))
    return f'<ul class="remarks">{found}</ul>' if found else ""


def _remark(remark: Remark) -> str:
    why = f'<p class="why">{e(remark.why)}</p>' if remark.why else ""
    where = f'<p class="where">{code(remark.source)}</p>' if remark.source != Source() else ""
    return (
        f'<li class="{remark.level}"><p><strong>{e(remark.id or "")} {remark.level}</strong> {e(remark.message)}</p>'
        f'{why}<p class="remedy">{e(remark.remedy)}</p>{where}</li>'
    )


def limits_list(found: Iterable[Usage]) -> str:
    """How full a load balancer is, as bars."""
    return f'<ul class="limits">{"".join(map(_limit, found))}</ul>'


def _limit(usage: Usage) -> str:
    share = min(100, 100 * usage.used / usage.most)
    level = "over" if usage.used > usage.most else "near" if share >= 80 else "fine"
    return (
        f'<li class="{level}"><span>{usage.used} of {usage.most} {e(usage.what)}</span>'
        f'<svg class="bar" aria-hidden="true" width="100%" height="8"><rect width="100%" height="8" rx="4"/>'
        f'<rect class="used" width="{share:.4g}%" height="8" rx="4"/></svg></li>'
    )
