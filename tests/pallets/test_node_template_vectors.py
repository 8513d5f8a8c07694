"""The node template of 2022, which another implementation ran: the same results, events and balances.

Its weights and fees were others (the fee is taken from its event), and so were the names of some errors.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from chain.extrinsic import Id, SignedExtrinsic, split, without_length_prefix
from chain.primitives import AccountId, Balance
from chain.scale import Codec, codec_of, read_compact
from chain.validity import Invalid, InvalidTransaction
from pallets import balances, sudo, template, timestamp, transaction_payment
from pallets.frame.call import RuntimeCall
from pallets.frame.error import (
    ArithmeticCode,
    ArithmeticFailure,
    DispatchError,
    DispatchFailure,
    ModuleFailure,
    TokenError,
    TokenFailure,
)
from pallets.frame.layout import storage_prefix
from pallets.frame.origin import NO_ORIGIN, Signed
from pallets.frame.testing import MockRuntime
from pallets.frame.weight import Pays, PostDispatchInfo
from pallets.system import AccountInfo, BlockWeights
from pallets.system.types import NEW_LOGIC
from tests.pallets.template_runtime import State, changed, load_state, state_of
from tests.vectors import load, unhex

SCENARIOS = ("timestamp-and-transfers", "sudo", "template")
"""Those whose calls are of these pallets; `system` and `validity` are for System and the extensions."""

GONE = ("sudo set_balance", "set_balance below the existential deposit", "sudo_unchecked_weight")
"""Balances.set_balance was taken out of FRAME in 2023; Weight was one number."""

REMARK_THEN, REMARK_NOW = b"\x07\x00\x00\x01", b"\x07\x00\x00\x00"
"""Sudo.sudo of System.remark, whose index became 0."""

BALANCES, EXISTENTIAL_DEPOSIT = 5, 500

ERRORS_NOW: dict[bytes, DispatchFailure] = {
    bytes((BALANCES, 2)): ArithmeticFailure(ArithmeticCode.UNDERFLOW),  # InsufficientBalance, of more than there is
    bytes((BALANCES, 3)): TokenFailure(TokenError.BELOW_MINIMUM),  # ExistentialDeposit
    bytes((BALANCES, 4)): TokenFailure(TokenError.NOT_EXPENDABLE),  # KeepAlive
}

ACCOUNTS = storage_prefix("System", "Account")
ISSUANCE = storage_prefix("Balances", "TotalIssuance")
ACCOUNT: Codec[AccountInfo] = codec_of(AccountInfo)


class NodeTemplateRuntime(MockRuntime):
    """Our pallets at the indices of then."""

    def __init__(self) -> None:
        super().__init__()
        self.timestamp = timestamp.Timestamp(self, timestamp.Config(), index=2)
        config = balances.Config(account_store=self.system, existential_deposit=EXISTENTIAL_DEPOSIT)
        self.balances = balances.Balances(self, config, index=BALANCES)
        self.transaction_payment = transaction_payment.TransactionPayment(
            self,
            transaction_payment.Config(currency=self.balances, block_weights=BlockWeights.with_sensible_defaults()),
            index=6,
        )
        self.sudo = sudo.Sudo(self, sudo.Config(dispatcher=self), index=7)
        self.template = template.Template(self, template.Config(), index=8, name="TemplateModule")


def steps() -> Iterator[tuple[str, State, Any]]:
    """Each extrinsic, with the state that it meets."""
    execution = load("execution/node_template.json")
    top = load(execution["about"]["genesis"])["vectors"][0]["top"]
    genesis = {unhex(key): unhex(value) for key, value in top.items() if isinstance(value, str)}
    for scenario in execution["vectors"]:
        state = changed(changed(genesis, scenario["pre"]), scenario["init_diff"])
        for step in scenario["steps"]:
            if scenario["id"] in SCENARIOS and step["what"] not in GONE:
                yield step["what"], state, step
            state = changed(state, step["diff"])


STEPS = list(steps())


def upgraded(state: State) -> State:
    """With every account marked as of the present layout: what `upgrade_accounts` does to those without reserves."""
    flag = NEW_LOGIC.to_bytes(16, "little")
    return {
        key: (value[:-16] + flag if key.startswith(ACCOUNTS) and not has_reserves(value) else value)
        for key, value in state.items()
    }


def has_reserves(account: bytes) -> bool:
    return ACCOUNT.decode(account).data.reserved > 0


def opened(runtime: MockRuntime, extrinsic: bytes) -> tuple[RuntimeCall, AccountId | None]:
    envelope = split(without_length_prefix(extrinsic.replace(REMARK_THEN, REMARK_NOW)))
    if not isinstance(envelope, SignedExtrinsic):
        return runtime.decode_call(envelope.data[envelope.offset :]), None
    assert isinstance(envelope.address, Id)
    _, at = read_compact(envelope.data, envelope.offset + 1)  # immortal, nonce
    _, at = read_compact(envelope.data, at)  # tip
    return runtime.decode_call(envelope.data[at:]), envelope.address.account


def apply(
    runtime: NodeTemplateRuntime, call: RuntimeCall, signer: AccountId | None, fee: Balance
) -> DispatchFailure | None:
    """What the executive does with an extrinsic, its weight aside; why its call failed."""
    payment, failure, post = runtime.transaction_payment, None, PostDispatchInfo()
    if signer is not None:
        runtime.system.inc_account_nonce(signer)
        payment.withdraw_fee(signer, fee)
    try:
        post = runtime.dispatch(call, NO_ORIGIN if signer is None else Signed(signer))
    except DispatchError as error:
        failure = runtime.failure_of(error)
    if signer is not None:
        payment.correct_and_deposit_fee(signer, fee, 0 if post.pays_fee is Pays.NO else fee, tip=0)
    return failure


def event_kinds(step: Any) -> list[str]:
    """`Balances.Withdraw` and so on, without System's own of the outcome."""
    told = [(pallet, next(iter(body[0]))) for each in step["events"] for pallet, body in each["event"].items()]
    return [f"{pallet}.{kind}" for pallet, kind in told if not kind.startswith("Extrinsic")]


def told_by(runtime: MockRuntime) -> list[str]:
    events = [record.event for record in runtime.system.events.get()]
    # the fee has an event of its own since 2022
    return [f"{each.pallet}.{type(each.event).__name__}" for each in events if each.pallet != "TransactionPayment"]


def expected_failure(step: Any) -> DispatchFailure | None:
    error = step["outcome"].get("dispatch_error")
    if error is None:
        return None
    module = error["Module"]
    place = bytes((module["index"], module["error"]))
    return ERRORS_NOW.get(place, ModuleFailure(place[0], bytes((place[1], 0, 0, 0))))


def funds(state: State) -> dict[bytes, tuple[int, ...]]:
    """Of each account: nonce, providers, free and reserved funds; under another key the issuance."""
    infos = {key: ACCOUNT.decode(value) for key, value in state.items() if key.startswith(ACCOUNTS)}
    table = {key: (info.nonce, info.providers, info.data.free, info.data.reserved) for key, info in infos.items()}
    return {**table, ISSUANCE: (int.from_bytes(state[ISSUANCE], "little"),)}


@pytest.mark.parametrize(("_name", "state", "step"), STEPS, ids=[name for name, _, _ in STEPS])
def test_an_extrinsic_has_the_result_the_event_kinds_and_the_balances_of_the_old_runtime(
    _name: str, state: State, step: Any
) -> None:
    runtime = NodeTemplateRuntime()
    load_state(runtime, upgraded(state))
    runtime.system.reset_events()
    call, signer = opened(runtime, unhex(step["extrinsic"]))
    if "invalid_transaction" in step["outcome"]:
        assert signer is not None
        with pytest.raises(InvalidTransaction) as refused:
            apply(runtime, call, signer, fee=1)
        assert refused.value.variant is Invalid[step["outcome"]["invalid_transaction"].upper()]
        return

    withdrawn = [
        body[0]["Withdraw"][1] for each in step["events"] for body in each["event"].values() if "Withdraw" in body[0]
    ]
    assert apply(runtime, call, signer, fee=sum(withdrawn)) == expected_failure(step)

    assert told_by(runtime) == event_kinds(step)
    assert funds(state_of(runtime)) == funds(changed(state, step["diff"]))
