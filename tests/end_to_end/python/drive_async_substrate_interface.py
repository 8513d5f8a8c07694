"""Does with async-substrate-interface what its users do; prints what it found, as JSON.

Run with the library on PYTHONPATH: `drive_async_substrate_interface.py URL`.
"""

from __future__ import annotations

import asyncio
import json
import sys
from importlib import import_module
from typing import Any

from signers import ecdsa_signer, ed25519_signer, sr25519_signer

# by name: type checkers look for them where they are not installed
library: Any = import_module("async_substrate_interface")
errors: Any = import_module("async_substrate_interface.errors")
ss58: Any = import_module("scalecodec.utils.ss58")

ALICE = bytes.fromhex("e5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a")
"""The seed of //Alice."""
BOB = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty"

UNIT = 10**12
FUNDS = 10 * UNIT


async def main(url: str) -> dict[str, Any]:
    """Everything, in the order in which a user would."""
    async with library.AsyncSubstrateInterface(url, ss58_format=42) as client:
        alice = sr25519_signer(ALICE, _address)
        return {
            "chain": [client.chain, await client.name, await client.properties],
            **await _reads(client, alice),
            "subscriptions": await _subscriptions(client),
            "sent": await _sent(client, alice),
            "batch": await _batch(client, alice),
            "failed": await _failed(client, alice),
            "refused": await _refused(client, alice),
        }


def _address(account: bytes) -> str:
    return str(ss58.ss58_encode(account, 42))


async def _reads(client: Any, alice: Any) -> dict[str, Any]:
    first = await client.get_block_hash(1)
    names = [alice.ss58_address, BOB]
    keys = [await client.create_storage_key("System", "Account", [name]) for name in names]
    call = await _transfer_call(client, BOB, UNIT)
    header = (await client.get_block_header(block_hash=first))["header"]
    accounts = await client.query_map("System", "Account", page_size=5, fully_exhaust=False)
    listed = sorted([str(key) async for key, _ in accounts])
    everything = await client.query_map("System", "Account", fully_exhaust=True)
    return {
        "constants": [
            _plain(await client.get_constant("Balances", "ExistentialDeposit")),
            _plain(await client.get_constant("System", "SS58Prefix")),
            _plain(await client.get_constant("System", "Version"))["spec_name"],
        ],
        "value": _plain(await client.query("System", "Account", [names[0]]))["data"]["free"],
        "map": listed,
        "whole map": len([key async for key, _ in everything]),
        "multi": [_plain(value)["data"]["free"] for _, value in await client.query_multi(keys)],
        "old": [_plain(await client.query("System", "Number", block_hash=first)), header["number"]],
        "nonce": await client.get_account_nonce(names[0]),
        "next index": await client.get_account_next_index(names[0], use_cache=False),
        "fee": _plain(await client.get_payment_info(call, alice))["partial_fee"],
        "version": _plain(await client.runtime_call("Core", "version"))["spec_name"],
        "metadata": sorted(str(pallet.value["name"]) for pallet in (await client.get_metadata()).pallets),
        "head": len(await client.get_chain_head()),
    }


def _plain(value: Any) -> Any:
    return getattr(value, "value", value)


async def _transfer_call(client: Any, to: str, value: int) -> Any:
    return await client.compose_call("Balances", "transfer_keep_alive", {"dest": to, "value": value})


async def _subscriptions(client: Any) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {"heads": [], "finalized": [], "storage": []}

    def told_of(name: str) -> Any:
        async def handle(block: Any) -> Any:
            found[name].append(block["header"]["number"])
            return True if len(found[name]) > 2 else None

        return handle

    enough = asyncio.Event()

    async def handle_storage(_key: Any, value: Any, _subscription: Any) -> None:
        found["storage"].append(_plain(value))
        if len(found["storage"]) > 2:
            enough.set()

    await client.subscribe_block_headers(told_of("heads"))
    await client.subscribe_block_headers(told_of("finalized"), finalized_only=True)
    number = await client.create_storage_key("System", "Number")
    # in 2.2.1 a handler that returns something ends the subscription with a TypeError of the library
    following = asyncio.create_task(client.subscribe_storage([number], handle_storage))
    await enough.wait()
    following.cancel()
    return found


async def _sent(client: Any, alice: Any) -> dict[str, Any]:
    """Transfers by every scheme, immortal and mortal, with and without a tip; each until it is final."""
    found = {}
    signers = {
        "sr25519": alice,
        "ed25519": ed25519_signer(bytes([0x11] * 32), _address),
        "ecdsa": ecdsa_signer(bytes([7] * 32), _address),
    }
    for name, signer in signers.items():
        if signer is not alice:
            await _transfer(client, alice, signer.ss58_address, FUNDS)
        for era, tip in ((None, 0), (None, 5), ({"period": 64}, 0), ({"period": 64}, 5)):
            receipt = await _transfer(client, signer, BOB, UNIT, era=era, tip=tip)
            events = [event["event"]["event_id"] for event in await receipt.triggered_events]
            found[f"{name} {'immortal' if era is None else 'mortal'} tip {tip}"] = [
                await receipt.is_success,
                receipt.finalized,
                await receipt.total_fee_amount,
                events,
            ]
    return found


async def _transfer(client: Any, signer: Any, to: str, value: int, **options: Any) -> Any:
    call = await _transfer_call(client, to, value)
    extrinsic = await client.create_signed_extrinsic(call, signer, **options)
    return await client.submit_extrinsic(extrinsic, wait_for_finalization=True)


async def _batch(client: Any, alice: Any) -> list[Any]:
    calls = [await _transfer_call(client, BOB, value) for value in (UNIT, 2 * UNIT)]
    batch = await client.compose_call("Utility", "batch_all", {"calls": calls})
    extrinsic = await client.create_signed_extrinsic(batch, alice)
    receipt = await client.submit_extrinsic(extrinsic, wait_for_inclusion=True)
    events = [event["event"] for event in await receipt.triggered_events]
    return [event["event_id"] for event in events if event["module_id"] != "Balances"]


async def _failed(client: Any, alice: Any) -> dict[str, Any]:
    arguments = {"source": BOB, "dest": alice.ss58_address, "value": UNIT}
    call = await client.compose_call("Balances", "force_transfer", arguments)
    by_sudo = await client.compose_call("Sudo", "sudo", {"call": call})
    ed25519 = ed25519_signer(bytes([0x11] * 32), _address)
    found = {}
    for name, signer, made in (("origin", alice, call), ("module", ed25519, by_sudo)):
        extrinsic = await client.create_signed_extrinsic(made, signer)
        receipt = await client.submit_extrinsic(extrinsic, wait_for_inclusion=True)
        found[name] = [await receipt.is_success, await receipt.error_message]
    return found


async def _refused(client: Any, alice: Any) -> dict[str, Any]:
    call = await _transfer_call(client, BOB, UNIT)
    poor = sr25519_signer(bytes([9] * 32), _address)
    nonce = await client.get_account_nonce(alice.ss58_address)
    extrinsics = {
        "bad signature": await client.create_signed_extrinsic(call, alice, signature=alice.sign(b"something else")),
        "stale": await client.create_signed_extrinsic(call, alice, nonce=nonce - 1),
        "poor": await client.create_signed_extrinsic(call, poor),
    }
    found: dict[str, Any] = {}
    for name, extrinsic in extrinsics.items():
        try:
            await client.submit_extrinsic(extrinsic, wait_for_inclusion=True)
        except errors.SubstrateRequestException as error:
            found[name] = error.args[0]
    future = await client.create_signed_extrinsic(call, alice, nonce=nonce + 1)
    receipt = await client.submit_extrinsic(future)
    found["future"] = receipt.extrinsic_hash == "0x" + future.extrinsic_hash.hex()
    return found


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(sys.argv[1])), default=str))
