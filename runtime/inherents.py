"""The inherents of a block: made, told from other extrinsics, checked (construct_runtime's InherentDataExt)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chain.block import Block
from chain.extrinsic import BARE, BARE_V5, encode_bare
from chain.scale import DecodeError
from chain.validity import InvalidBlock
from pallets.frame.call import RuntimeCall
from pallets.frame.inherent import InherentError, InherentsResult
from pallets.frame.pallet import Pallet
from runtime.parts import RuntimeParts


def inherent_extrinsics(runtime: RuntimeParts, data: Mapping[bytes, bytes]) -> list[bytes]:
    """The inherents that the pallets make of `data`, in pallet order."""
    made = (pallet.create_inherent(data) for pallet in runtime.with_hook("create_inherent"))
    return [encode_bare(call.encode()) for call in made if call is not None]


def is_inherent_call(runtime: RuntimeParts, call: RuntimeCall) -> bool:
    """Whether its pallet says that this call, in a bare extrinsic, is an inherent."""
    pallet = runtime.pallet_of(call)
    return "is_inherent" in pallet.layout.hooks and pallet.is_inherent(call)


def _bare_call(runtime: RuntimeParts, extrinsic: bytes) -> RuntimeCall | None:
    """The call of a bare extrinsic; None for others and for what cannot be decoded."""
    if extrinsic[:1] not in (bytes((BARE,)), bytes((BARE_V5,))):
        return None
    try:
        return runtime.decode_call(extrinsic[1:])
    except DecodeError:
        return None


def inherents_first(runtime: RuntimeParts, block: Block) -> int:
    """How many inherents the block begins with; raises InvalidBlock where one stands elsewhere."""
    count = 0
    for position, extrinsic in enumerate(block.extrinsics):
        call = _bare_call(runtime, extrinsic)
        if call is None or not is_inherent_call(runtime, call):
            continue
        if position != count:
            raise InvalidBlock(f"inherents come first, extrinsic {position} is one after a transaction")
        count += 1
    return count


def check_inherents(runtime: RuntimeParts, block: Block, data: Mapping[bytes, bytes]) -> InherentsResult:
    """Whether the block's inherents fit this node's own `data`, and none is missing; ends at the first fatal error."""
    result = InherentsResult()
    for pallet, error in _inherent_errors(runtime, block, data):
        result = result.with_error(pallet.inherent_identifier, error)
        if error.is_fatal:
            break
    return result


def _inherent_errors(
    runtime: RuntimeParts, block: Block, data: Mapping[bytes, bytes]
) -> Iterator[tuple[Pallet[Any], InherentError]]:
    found = list[RuntimeCall]()
    for extrinsic in block.extrinsics:
        call = _bare_call(runtime, extrinsic)
        if call is None or not is_inherent_call(runtime, call):
            break  # inherents come first
        found.append(call)
        pallet = runtime.pallet_of(call)
        try:
            pallet.check_inherent(call, data)
        except InherentError as error:
            yield pallet, error
    present = {call.target.pallet_index for call in found}
    for pallet in runtime.with_hook("is_inherent_required"):
        required = pallet.is_inherent_required(data)
        if required is not None and pallet.index not in present:
            yield pallet, required


def require_inherents(runtime: RuntimeParts, block: Block, data: Mapping[bytes, bytes]) -> None:
    """Raises InvalidBlock with the first inherent that does not fit this node's own `data`, fatal or not."""
    for pallet, error in _inherent_errors(runtime, block, data):
        raise InvalidBlock(f"the inherent of {pallet.name} holds: {error}") from error
