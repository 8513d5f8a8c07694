"""Extrinsics as clients send them: with their length in front."""

from __future__ import annotations

from chain.extrinsic import without_length_prefix
from chain.rpc.errors import BAD_FORMAT, RpcError
from chain.scale import DecodeError


def extrinsic_of(sent: bytes) -> bytes:
    """The extrinsic after its length; raises RpcError where the length is not that of the rest."""
    try:
        return without_length_prefix(sent)
    except DecodeError as error:
        raise RpcError(BAD_FORMAT, f"Extrinsic has invalid format: {error}") from None
