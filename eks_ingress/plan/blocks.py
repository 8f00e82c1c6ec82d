"""Blocks of addresses, as the controller reads them."""

from __future__ import annotations

from ipaddress import ip_network


def is_block(text: str) -> bool:
    """Whether Go's ParseCIDR takes it: an address, a slash, and a number of bits."""
    address, slash, bits = text.partition("/")
    if not slash or not bits.isascii() or not bits.isdecimal() or "%" in address or (len(bits) > 1 and bits[0] == "0"):
        return False
    try:
        ip_network(f"{address}/{bits}", strict=False)
    except ValueError:
        return False
    return True
