"""What a token of the CDK stands for, where that is an attribute of something in the app."""

from __future__ import annotations

from aws_cdk import Reference, Tokenization
from constructs import IConstruct


def referred_to(token: str) -> IConstruct | None:
    """The construct to whose attribute a token refers; None for any other token."""
    found = Tokenization.reverse_string(token).first_token
    return found.target if isinstance(found, Reference) else None
