"""A node template of 2023 (Substrate's, of the summer): the same chain two years before `solochain`.

It has its own constants and weights, fewer calls, no weights of extensions, and does not tell when inherents are over.
Left out: the event `SudoAsDone` has the number 3, as today, where that runtime, without `KeyRemoved`, had 2.
"""

from __future__ import annotations

from typing import ClassVar, Final

from chain.node.signature_cache import SignatureCache
from chain.primitives import Balance, Moment, Void
from chain.runtime_api import KeyKind, RuntimeVersion
from chain.state.overlay import Overlay
from pallets import aura, balances, grandpa, sudo, system, template, timestamp, transaction_payment
from pallets.balances.weights import ACCOUNT_PROOF
from pallets.frame.weight import Weight
from pallets.frame.weight_info import formula
from pallets.session.keys import KEY_KINDS
from pallets.system import BlockWeights
from runtime.apis import api_id
from runtime.construct import Runtime
from runtime.extensions.check import (
    CheckGenesis,
    CheckMortality,
    CheckNonce,
    CheckNonZeroSender,
    CheckSpecVersion,
    CheckTxVersion,
)
from runtime.extensions.payment import ChargeTransactionPayment
from runtime.extensions.pipeline import Pipeline
from runtime.extensions.weight import CheckWeight
from runtime.templates import legacy

EXISTENTIAL_DEPOSIT: Final[Balance] = 500

SLOT_DURATION_MS: Final = 6000

APIS: Final = {
    "Core": 4,
    "Metadata": 2,
    "BlockBuilder": 6,
    "TaggedTransactionQueue": 3,
    "OffchainWorkerApi": 2,
    "AuraApi": 1,
    "SessionKeys": 1,
    "GrandpaApi": 3,
    "AccountNonceApi": 1,
    "TransactionPaymentApi": 4,
    "TransactionPaymentCallApi": 3,
}

VERSION: Final = RuntimeVersion(
    spec_name="node-template",
    impl_name="node-template",
    authoring_version=1,
    spec_version=100,
    impl_version=1,
    apis=tuple((api_id(name), version) for name, version in APIS.items()),
    transaction_version=1,
    state_version=1,
)

BLOCK_WEIGHTS: Final = BlockWeights.with_sensible_defaults(
    base_block=Weight(390_584_000), base_extrinsic=Weight(124_414_000)
)

SYSTEM_WEIGHTS: Final = system.WEIGHTS.replacing(
    {
        "remark": formula(2_119_000).per("b", 390),
        "remark_with_event": formula(8_097_000).per("b", 1_455),
        "set_heap_pages": formula(4_782_000, 1485, reads=1, writes=2),
        "set_storage": formula(2_175_000).per("i", 841_511, writes=1),
        "kill_storage": formula(2_255_000).per("i", 662_473, writes=1),
        "kill_prefix": formula(4_270_000, 128).per("p", 1_389_650, 70, reads=1, writes=1),
    }
)
"""frame_system::weights, benchmarked 2023-06-22."""

TIMESTAMP_WEIGHTS: Final = timestamp.WEIGHTS.replacing(
    {"set": formula(10_492_000, 1493, reads=2, writes=1), "on_finalize": formula(4_334_000)}
)

BALANCES_WEIGHTS: Final = balances.WEIGHTS.replacing(
    {
        "transfer_allow_death": formula(59_566_000, ACCOUNT_PROOF, reads=1, writes=1),
        "transfer_keep_alive": formula(46_235_000, ACCOUNT_PROOF, reads=1, writes=1),
        "transfer_all": formula(55_123_000, ACCOUNT_PROOF, reads=1, writes=1),
        "force_set_balance_killing": formula(23_740_000, ACCOUNT_PROOF, reads=1, writes=1),
    }
)
"""As the runtime tells them; calls that nobody asked it about have the weights of later releases."""

SUDO_WEIGHTS: Final = sudo.WEIGHTS.replacing({"sudo": formula(14_186_000, 1517, reads=1)})
"""The runtime tells only the sum of `sudo` and the call in it: how it is divided here is a guess."""


class NodeTemplate(Runtime):
    """System, Timestamp, Aura, Grandpa, Balances, TransactionPayment, Sudo, TemplateModule."""

    notes_inherents = False
    session_keys: ClassVar[tuple[KeyKind, ...]] = KEY_KINDS

    def __init__(self, storage: Overlay, signatures: SignatureCache | None = None) -> None:
        super().__init__(storage, signatures)
        self.system = legacy.UnauthorizedSystem(
            self,
            system.Config(version=VERSION, block_weights=BLOCK_WEIGHTS, weights=SYSTEM_WEIGHTS, length_is_proof=False),
            index=0,
            name="System",
        )
        self.timestamp = timestamp.Timestamp(
            self,
            timestamp.Config(minimum_period=SLOT_DURATION_MS // 2, listener=self, weights=TIMESTAMP_WEIGHTS),
            index=1,
        )
        self.aura = aura.Aura(self, aura.Config(system=self.system, slot_duration=SLOT_DURATION_MS), index=2)
        self.grandpa = legacy.Grandpa(self, grandpa.Config(system=self.system, key_owner_proof=Void), index=3)
        self.balances = legacy.Balances(
            self,
            balances.Config(
                account_store=self.system, existential_deposit=EXISTENTIAL_DEPOSIT, weights=BALANCES_WEIGHTS
            ),
            index=4,
        )
        self.transaction_payment = transaction_payment.TransactionPayment(
            self, transaction_payment.Config(currency=self.balances, block_weights=BLOCK_WEIGHTS), index=5
        )
        self.sudo = legacy.Sudo(self, sudo.Config(dispatcher=self, weights=SUDO_WEIGHTS), index=6)
        self.template = template.Template(self, template.Config(), index=7, name="TemplateModule")
        self.extensions = self._extensions()

    def on_timestamp_set(self, now: Moment) -> None:
        """Aura compares the time with the slot; it comes after Timestamp, which therefore tells the runtime."""
        self.aura.on_timestamp_set(now)

    def _extensions(self) -> Pipeline:
        genesis = CheckGenesis(self.system)
        return Pipeline(
            (
                CheckNonZeroSender(),
                CheckSpecVersion(VERSION),
                CheckTxVersion(VERSION),
                genesis,
                CheckMortality(self.system, genesis),
                CheckNonce(self.system),
                CheckWeight(self.system),
                ChargeTransactionPayment(self.system, self.transaction_payment),
            )
        )
