"""What a simulation is about: a runtime, validators with workers, what people do besides, and when it is over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from chain.crypto.hashing import blake2_256
from chain.crypto.keys import KeyPair
from chain.crypto.signatures import Scheme
from chain.node.service import Node
from chain.node.signature_cache import SignatureCache
from chain.offchain.participant import Participant, seeded_randomness
from chain.primitives import AccountId, Balance
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from pallets import balances
from runtime.construct import Runtime
from runtime.dev import DEVELOPMENT, LOCAL_TESTNET, DevRuntime
from runtime.genesis import build_genesis
from runtime.rebound import Rebound

if TYPE_CHECKING:
    from runtime.simulation.properties import Property

ENDOWMENT: Final[Balance] = 1_000_000 * 10**12
"""Of each validator."""


class Scenario:
    """Validators whose workers run, and nothing else; the class to derive one's own from.

    validators: how many; runtime: what the chain runs
    blocks: after how many it is over at the latest; finality_lag: blocks between the best and the finalized one
    Keys are ed25519, for the signatures of sr25519 differ from run to run, and a history is to repeat.
    """

    runtime: ClassVar[type[Runtime]] = DevRuntime
    blocks: int = 30
    finality_lag: int | None = 2
    fewest: ClassVar[int] = 1
    """Validators that it takes."""

    def __init__(self, validators: int, runtime: type[Runtime] | None = None) -> None:
        if validators < self.fewest:
            raise ValueError(f"{type(self).__name__} takes at least {self.fewest} validators, not {validators}")
        self.keys: Final = tuple(KeyPair.from_uri(f"//Validator//{each}", Scheme.ED25519) for each in range(validators))
        self.chosen: Final = runtime or self.runtime
        self.make: Final[Callable[[Overlay], Runtime]] = Rebound(partial(self.chosen, signatures=SignatureCache()))
        """The runtime on a state."""

    @property
    def accounts(self) -> tuple[AccountId, ...]:
        """The validators'."""
        return tuple(key.account for key in self.keys)

    @property
    def properties(self) -> Sequence[Property]:
        """What must hold in the end."""
        from runtime.simulation.properties import STANDARD  # which needs simulations, and these need scenarios

        return STANDARD

    def genesis(self) -> Mapping[str, Any]:
        """Genesis records by pallet: the runtime's preset, and funds for the validators."""
        presets = self.chosen.genesis_presets()
        preset = presets.get(DEVELOPMENT) or presets.get(LOCAL_TESTNET)
        records = dict({} if preset is None else preset())
        funded = records.get("Balances")
        if isinstance(funded, balances.Genesis):
            own = tuple((account, ENDOWMENT) for account in self.accounts)
            records["Balances"] = replace(funded, balances=(*funded.balances, *own))
        return records

    def data_of(self, validator: int) -> Any:  # what the workers of its pallets take
        """What the operator of a validator gives its workers."""
        return None

    def prepare(self, node: Node[Any]) -> None:
        """Before the first block."""

    def act(self, node: Node[Any], runtime: Any) -> None:
        """Before each block: what people do; runtime: on the state that they see, to read."""

    def is_over(self, node: Node[Any], runtime: Any) -> bool:
        """Whether nothing is left to be seen, before `blocks` are made; runtime: on the best state."""
        return False

    # Made once, for many simulations

    @cached_property
    def state(self) -> Trie:
        """Of block zero."""
        return build_genesis(self.chosen, self.genesis(), self.make(Overlay(Trie.empty(1))).version.state_version)

    def participants(self) -> tuple[Participant, ...]:
        """The validators of one simulation, with storage and keystores of their own."""
        return tuple(
            Participant(key, self.data_of(number), randomness=seeded_randomness(blake2_256(b"worker" + key.account)))
            for number, key in enumerate(self.keys)
        )
