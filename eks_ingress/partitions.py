"""The partitions of AWS, each with regions, accounts and ARNs of its own.

Facts: AWS documentation, "AWS Regions", of the names of regions in each partition.
"""

from __future__ import annotations

_PREFIXES = {
    "cn-": "aws-cn",
    "us-gov-": "aws-us-gov",
    "eusc-": "aws-eusc",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "eu-isoe-": "aws-iso-e",
    "us-isof-": "aws-iso-f",
}


def partition_of(region: str) -> str:
    """The partition of a region, by how its name begins."""
    return next((partition for prefix, partition in _PREFIXES.items() if region.startswith(prefix)), "aws")
