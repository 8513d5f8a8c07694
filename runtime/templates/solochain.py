"""A solochain of 2025: polkadot-sdk's solochain template (stable2503) with sessions whose validators root names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from chain.crypto import development
from chain.crypto.signatures import Scheme
from chain.node.signature_cache import SignatureCache
from chain.primitives import Balance, BlockNumber, Moment, Void
from chain.runtime_api import KeyKind, RuntimeVersion
from chain.state.overlay import Overlay
from pallets import (
    aura,
    balances,
    grandpa,
    session,
    sudo,
    system,
    template,
    timestamp,
    transaction_payment,
    validator_manager,
)
from pallets.frame.weight import NO_WEIGHT, Weight
from pallets.session.keys import KEY_KINDS
from pallets.system import BlockWeights
from runtime.apis import Token, standard_apis
from runtime.construct import GenesisPreset, Runtime
from runtime.extensions.check import (
    CheckGenesis,
    CheckMetadataHash,
    CheckNonce,
    CheckNonZeroSender,
    CheckSpecVersion,
    CheckTxVersion,
    WeighedMortality,
)
from runtime.extensions.payment import ChargeTransactionPayment
from runtime.extensions.pipeline import Pipeline
from runtime.extensions.reclaim import WeightReclaim
from runtime.extensions.weight import CheckWeight

EXISTENTIAL_DEPOSIT: Final[Balance] = 10**9

ENDOWMENT: Final[Balance] = 1 << 60
"""What the accounts of a test network begin with."""

SLOT_DURATION_MS: Final = 6000

SESSION: Final[BlockNumber] = 600
"""Blocks of a session: an hour. The runtime's metadata does not tell its own choice."""

VERSION: Final = RuntimeVersion(
    spec_name="solochain-template-runtime",
    impl_name="solochain-template-runtime",
    authoring_version=1,
    spec_version=100,
    impl_version=1,
    apis=standard_apis("AuraApi", "GrandpaApi"),
    transaction_version=1,
    state_version=1,
)

WEIGHTS: Final = BlockWeights.with_sensible_defaults()
"""Two seconds a block; its base weights are those of the release."""

EXTENSIONS_WEIGHT: Final = Weight(487_630_000, 8675)
"""Of all ten extensions together, of a transaction that holds for ever; how it is divided a runtime does not tell."""

MORTAL_WEIGHT: Final = Weight(98_000, 3509)
"""What a mortal transaction weighs besides: its block of birth is looked up."""


class Solochain(Runtime):
    """System, Timestamp, Aura, Grandpa, Balances, TransactionPayment, Sudo, Template, Session, ValidatorManager."""

    token: ClassVar[Token | None] = Token("UNIT", 12)
    session_keys: ClassVar[tuple[KeyKind, ...]] = KEY_KINDS

    @classmethod
    def genesis_presets(cls) -> Mapping[str, GenesisPreset]:
        return {"development": development_genesis, "local_testnet": local_genesis}

    def __init__(self, storage: Overlay, signatures: SignatureCache | None = None) -> None:
        super().__init__(storage, signatures)
        self.system = system.System(self, system.Config(version=VERSION, block_weights=WEIGHTS), index=0)
        self.timestamp = timestamp.Timestamp(
            self, timestamp.Config(minimum_period=SLOT_DURATION_MS // 2, listener=self), index=1
        )
        self.aura = aura.Aura(self, aura.Config(system=self.system, slot_duration=SLOT_DURATION_MS), index=2)
        self.grandpa = grandpa.Grandpa(self, grandpa.Config(system=self.system, key_owner_proof=Void), index=3)
        self.balances = balances.Balances(
            self, balances.Config(account_store=self.system, existential_deposit=EXISTENTIAL_DEPOSIT), index=4
        )
        self.transaction_payment = transaction_payment.TransactionPayment(
            self, transaction_payment.Config(currency=self.balances, block_weights=WEIGHTS), index=5
        )
        self.sudo = sudo.Sudo(self, sudo.Config(dispatcher=self), index=6)
        self.template = template.Template(self, template.Config(), index=7)
        self._sessions()
        self.extensions = self._extensions()

    def on_timestamp_set(self, now: Moment) -> None:
        """Aura compares the time with the slot; it comes after Timestamp, which therefore tells the runtime."""
        self.aura.on_timestamp_set(now)

    def _sessions(self) -> None:
        """Sessions tell Aura and Grandpa who takes part; ValidatorManager says who shall."""
        self.session = session.Session(
            self,
            session.Config(
                accounts=self.system,
                clock=session.PeriodicSessions(SESSION),
                handlers=(self.aura, self.grandpa),
                manager=lambda: self.validator_manager,
                max_block=WEIGHTS.max_block,
            ),
            index=8,
        )
        self.validator_manager = validator_manager.ValidatorManager(
            self, validator_manager.Config(session=self.session), index=9
        )

    def _extensions(self) -> Pipeline:
        genesis = CheckGenesis(self.system)
        return Pipeline(
            (
                CheckNonZeroSender(),
                CheckSpecVersion(VERSION),
                CheckTxVersion(VERSION),
                genesis,
                WeighedMortality(self.system, genesis, mortal=MORTAL_WEIGHT, immortal=NO_WEIGHT),
                CheckNonce(self.system),
                CheckWeight(self.system),
                ChargeTransactionPayment(self.system, self.transaction_payment),
                CheckMetadataHash(self.metadata_hash),
                WeightReclaim(self.system, EXTENSIONS_WEIGHT),
            )
        )


def local_genesis() -> dict[str, Any]:
    """Genesis records of a test network: Alice and Bob make blocks and vote, the development accounts have funds."""
    return _genesis(("Alice", "Bob"), development.NAMES)


def development_genesis() -> dict[str, Any]:
    """Genesis records of a network of one: Alice makes blocks and votes, she and Bob have funds."""
    return _genesis(("Alice",), ("Alice", "Bob"))


def _genesis(validators: Sequence[str], endowed: Sequence[str]) -> dict[str, Any]:
    authorities = [development.pair(name) for name in validators]
    voters = [development.pair(name, Scheme.ED25519) for name in validators]
    alice = development.account("Alice")
    funded = [development.account(name + path) for name in endowed for path in ("", "//stash")]
    return {
        "Aura": aura.Genesis(authorities=tuple(pair.public for pair in authorities)),
        "Grandpa": grandpa.Genesis(authorities=tuple((pair.public, 1) for pair in voters)),
        "Balances": balances.Genesis(balances=tuple((who, ENDOWMENT) for who in funded)),
        "Sudo": sudo.Genesis(key=alice),
        "ValidatorManager": validator_manager.Genesis(initial_validators=(alice,)),
    }
