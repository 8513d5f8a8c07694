"""Does with py-substrate-interface what its users do; prints what it found, as JSON.

Run with the library on PYTHONPATH: `drive_substrate_interface.py URL`.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import Any

from signers import ecdsa_signer

library: Any = import_module("substrateinterface")  # by name: type checkers look for it where it is not installed
exceptions: Any = import_module("substrateinterface.exceptions")
ss58: Any = import_module("scalecodec.utils.ss58")

UNIT = 10**12
FUNDS = 10 * UNIT


def main(url: str) -> dict[str, Any]:
    """Everything, in the order in which a user would."""
    client = library.SubstrateInterface(url=url)
    alice = library.Keypair.create_from_uri("//Alice")
    bob = library.Keypair.create_from_uri("//Bob")
    findings = {
        "chain": [client.chain, client.name, client.properties],
        "metadata": sorted(module["name"] for module in client.get_metadata_modules()),
        **_reads(client, alice, bob),
        "subscriptions": _subscriptions(client),
        "sent": _sent(client, alice, bob),
        "batch": _batch(client, alice, bob),
        "failed": _failed(client, alice, bob),
        "refused": _refused(client, alice, bob),
        "http": library.SubstrateInterface(url=url.replace("ws", "http", 1)).chain,
    }
    client.close()
    return findings


def _reads(client: Any, alice: Any, bob: Any) -> dict[str, Any]:
    first = client.get_block_hash(1)
    names = [alice.ss58_address, bob.ss58_address]
    keys = [client.create_storage_key("System", "Account", [name]) for name in names]
    call = client.compose_call("Balances", "transfer_keep_alive", {"dest": names[1], "value": UNIT})
    header = client.get_block_header(block_hash=first)["header"]
    return {
        "constants": [
            client.get_constant("Balances", "ExistentialDeposit").value,
            client.get_constant("System", "SS58Prefix").value,
            client.get_constant("System", "Version").value["spec_name"],
        ],
        "value": client.query("System", "Account", [names[0]]).value["data"]["free"],
        "map": sorted(str(key.value) for key, _ in client.query_map("System", "Account", page_size=5)),
        "multi": [value.value["data"]["free"] for _, value in client.query_multi(keys)],
        "old": [client.query("System", "Number", block_hash=first).value, header["number"]],
        "nonce": client.get_account_nonce(names[0]),
        "fee": client.get_payment_info(call, alice)["partialFee"],
        "version": client.runtime_call("Core", "version").value["spec_name"],
    }


def _subscriptions(client: Any) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {"heads": [], "finalized": [], "storage": []}

    def told_of(name: str) -> Any:
        def handle(told: Any, count: int, _subscription: Any) -> Any:
            found[name].append(told["header"]["number"] if isinstance(told, dict) else told.value)
            return True if count >= 2 else None

        return handle

    client.subscribe_block_headers(told_of("heads"))
    client.subscribe_block_headers(told_of("finalized"), finalized_only=True)
    client.query("System", "Number", subscription_handler=told_of("storage"))
    return found


def _sent(client: Any, alice: Any, bob: Any) -> dict[str, Any]:
    """Transfers by every scheme, immortal and mortal, with and without a tip; each until it is final."""
    ed25519 = library.Keypair.create_from_seed("0x" + "11" * 32, crypto_type=library.KeypairType.ED25519)
    ecdsa = ecdsa_signer(bytes([7] * 32), lambda account: ss58.ss58_encode(account, 42))
    found = {}
    for name, signer in {"sr25519": alice, "ed25519": ed25519, "ecdsa": ecdsa}.items():
        if signer is not alice:
            _transfer(client, alice, signer.ss58_address, FUNDS)
        for era, tip in ((None, 0), (None, 5), ({"period": 64}, 0), ({"period": 64}, 5)):
            receipt = _transfer(client, signer, bob.ss58_address, UNIT, era=era, tip=tip)
            events = [event.value["event_id"] for event in receipt.triggered_events]
            found[f"{name} {'immortal' if era is None else 'mortal'} tip {tip}"] = [
                receipt.is_success,
                receipt.finalized,
                receipt.total_fee_amount,
                events,
            ]
    return found


def _transfer(client: Any, signer: Any, to: str, value: int, **options: Any) -> Any:
    call = client.compose_call("Balances", "transfer_keep_alive", {"dest": to, "value": value})
    return client.submit_extrinsic(client.create_signed_extrinsic(call, signer, **options), wait_for_finalization=True)


def _batch(client: Any, alice: Any, bob: Any) -> list[Any]:
    calls = [
        client.compose_call("Balances", "transfer_keep_alive", {"dest": bob.ss58_address, "value": value})
        for value in (UNIT, 2 * UNIT)
    ]
    batch = client.compose_call("Utility", "batch_all", {"calls": calls})
    receipt = client.submit_extrinsic(client.create_signed_extrinsic(batch, alice), wait_for_inclusion=True)
    return [event.value["event_id"] for event in receipt.triggered_events if event.value["module_id"] != "Balances"]


def _failed(client: Any, alice: Any, bob: Any) -> dict[str, Any]:
    call = client.compose_call(
        "Balances", "force_transfer", {"source": bob.ss58_address, "dest": alice.ss58_address, "value": UNIT}
    )
    too_much = client.compose_call("Sudo", "sudo", {"call": call})
    found = {}
    for name, signer, made in (("origin", alice, call), ("module", bob, too_much)):
        receipt = client.submit_extrinsic(client.create_signed_extrinsic(made, signer), wait_for_inclusion=True)
        found[name] = [receipt.is_success, receipt.error_message]
    return found


def _refused(client: Any, alice: Any, bob: Any) -> dict[str, Any]:
    call = client.compose_call("Balances", "transfer_keep_alive", {"dest": bob.ss58_address, "value": UNIT})
    poor = library.Keypair.create_from_uri("//Nobody")
    nonce = client.get_account_nonce(alice.ss58_address)
    signature = alice.sign(b"something else")
    extrinsics = {
        "bad signature": client.create_signed_extrinsic(call, alice, signature=signature),
        "stale": client.create_signed_extrinsic(call, alice, nonce=nonce - 1),
        "poor": client.create_signed_extrinsic(call, poor),
    }
    found: dict[str, Any] = {}
    for name, extrinsic in extrinsics.items():
        try:
            client.submit_extrinsic(extrinsic, wait_for_inclusion=True)
        except exceptions.SubstrateRequestException as error:
            found[name] = error.args[0]
    future = client.create_signed_extrinsic(call, alice, nonce=nonce + 1)
    found["future"] = client.submit_extrinsic(future).extrinsic_hash == "0x" + future.extrinsic_hash.hex()
    return found


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
