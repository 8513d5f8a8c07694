"""eth-tester's side of the cold start: from nothing to one mined transfer, then its state root.

Run as a process of its own; the time from its start to its end is the figure. Prints the root.
"""
# pyright: reportMissingImports=false
# mypy: disable-error-code="import-not-found"
# The peer's packages are absent from the environment in which types are checked.

from __future__ import annotations

from eth_tester import EthereumTester, PyEVMBackend

AMOUNT = 10**15


def main() -> None:
    """One transfer in a block of a fresh chain, its receipt, balance and state root checked."""
    chain = EthereumTester(PyEVMBackend())
    sender, receiver = chain.get_accounts()[:2]
    before = chain.get_balance(receiver)
    fees = {"gas": 21_000, "max_fee_per_gas": 10**10, "max_priority_fee_per_gas": 10**9}
    sent = chain.send_transaction({"from": sender, "to": receiver, "value": AMOUNT, **fees})
    receipt = chain.get_transaction_receipt(sent)
    if receipt["block_number"] != 1 or receipt["status"] != 1 or chain.get_balance(receiver) != before + AMOUNT:
        raise RuntimeError("eth-tester's transfer did not arrive")
    print(chain.get_block_by_number(1)["state_root"])


if __name__ == "__main__":
    main()
