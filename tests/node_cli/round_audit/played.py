"""A chain with one round in a folder, its artifacts in another; and the same chain made by somebody dishonest."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from chain.content.address import opened_chunked
from chain.content.store import ContentStore
from chain.node.export import write_chain
from chain.store.lmdb_store import LmdbStore
from pallets.federated_round import Terms
from tests.pallets.federated_round.dev_learners import TERMS, Learners


@dataclass(frozen=True)
class Made:
    """Where a chain and its artifacts lie."""

    folder: Path

    @property
    def base_path(self) -> Path:
        """What `palletlab dev --base-path` would have."""
        return self.folder / "chain"

    @property
    def export(self) -> Path:
        """What `palletlab demo` would write."""
        return self.folder / "blocks.msgpack"

    @property
    def content(self) -> str:
        """The store, as `--content` names it."""
        return f"dir:{self.folder / 'content'}"

    def store(self) -> ContentStore:
        """The store itself."""
        return opened_chunked([self.content], {})


def make(folder: Path, terms: Terms = TERMS, rounds: int = 1) -> Made:
    """Play rounds with one attacker, and keep everything."""
    made = Made(folder)
    played = Learners(
        terms=(terms,), rounds=rounds, attackers=(6,), content=made.store(), store=LmdbStore(made.base_path)
    )
    played.play_all()
    write_chain(made.export, played.node.chain)
    played.node.workers.close()
    played.node.chain.close()
    return made
