"""Transactions from calls, most of them with keys: what a wallet does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import Any

from chain.crypto.keys import KeyPair
from chain.crypto.signatures import MultiSignature
from chain.extrinsic import Id, encode_general, encode_signed, signing_payload
from chain.offchain.hook import Encodable
from chain.primitives import Balance, Hash, Nonce
from runtime.executive import in_next_block
from runtime.parts import RuntimeParts


def signed(
    runtime: RuntimeParts,
    key: KeyPair,
    call: Encodable,
    *,
    nonce: Nonce | None = None,
    tip: Balance = 0,
    block_hash: Hash | None = None,
    sign: Callable[[KeyPair, bytes], MultiSignature] = KeyPair.signature,
    **explicit: Any,
) -> bytes:
    """The extrinsic (without length prefix) that carries `call` in the name of `key`.

    nonce: the account's next one in the runtime's state unless given
    block_hash: of the block whose state this is; a mortal era that begins there needs it
    sign: how the key signs
    explicit: what other extensions carry, by identifier: `CheckMortality=Era.mortal(64, 7)`
    """
    chosen: Mapping[str, Any] = {
        "CheckNonce": runtime.system.account_nonce(key.account) if nonce is None else nonce,
        "ChargeTransactionPayment": tip,
        **explicit,
    }
    values = runtime.extensions.values(chosen)
    extra, encoded_call = runtime.extensions.encode(values), call.encode()
    if not explicit and runtime.system.number.get():
        block_hash = None  # what nobody chose is signed alike in every block: genesis alone knows not its own hash yet
    with in_next_block(runtime, block_hash) if block_hash else nullcontext():
        implicit = runtime.extensions.implicit(values)
    payload = signing_payload(encoded_call, extra, implicit)
    return encode_signed(Id(key.account), sign(key, payload), extra, encoded_call)


def general(runtime: RuntimeParts, call: Encodable, **explicit: Any) -> bytes:
    """The extrinsic (without length prefix) that carries a call which authorizes itself; nobody signs it.

    explicit: what extensions carry, by identifier
    """
    extensions = runtime.extensions
    return encode_general(extensions.encode(extensions.values(explicit)), call.encode())
