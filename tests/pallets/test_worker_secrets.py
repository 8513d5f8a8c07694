"""All that workers draw, keep, sign and hand out is in this table, with what of it is secret."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Final

import pytest

from chain.content.memory import MemoryStore
from chain.offchain.host_call import HOST_FUNCTIONS, PERSISTENT, HostCall
from chain.offchain.redaction import is_secret_answer, redacted_call
from chain.offchain.secrecy import SECRET_STORAGE, Secrets
from chain.primitives import AccountId, Hash
from chain.secret_fields import secrets_in
from pallets.data_registry import custody, release
from pallets.data_registry import worker as registry_worker
from pallets.data_registry.operator import NAMES_KEY, Offer
from pallets.federated_round.data import DataSet, HeldOut, LocalData
from pallets.federated_round.memory import Memory
from pallets.federated_round.secrecy.memory import HiddenMemory
from pallets.federated_round.types import Stage
from pallets.proxy_exchange.models import Models
from tests.pallets.federated_round.fake_node import FakeNode

PALLETS: Final = Path(__file__).parents[2] / "pallets"


class What(Enum):
    """Whether a value is a secret of the node."""

    SECRET = "no recording, log, error or report has it"
    PUBLIC = "anybody may know it"
    SHOWN = "made to be shown to others, encrypted or revealed where that matters"


SECRET, PUBLIC, SHOWN = What.SECRET, What.PUBLIC, What.SHOWN

TABLE: Final = {
    # what is drawn is always secret: as a key, as a salt, or as what noise follows from
    ("data_registry/custody", "Keeper.take_in", "random_seed"): SECRET,
    ("data_registry/release", "secret_for", "random_seed"): SECRET,
    ("data_registry/worker", "Shift.release_key", "random_seed"): SECRET,
    ("data_registry/worker", "Shift._examined", "random_seed"): SECRET,
    ("federated_round/errand", "Errand.trained", "random_seed"): SECRET,
    ("federated_round/memory", "Memory._keep", "random_seed"): SECRET,
    ("federated_round/secrecy/memory", "HiddenMemory.new_secret", "random_seed"): SECRET,
    ("proxy_exchange/worker", "_Errand._trained", "random_seed"): SECRET,
    # the node's storage
    ("data_registry/custody", "Keeper._keep_secrets", "local_set"): SECRET,  # keys of blobs, salts of commitments
    ("data_registry/custody", "Keeper.keep", "local_set"): PUBLIC,  # where a blob is, its commitment, its number
    ("data_registry/custody", "Keeper.take_in", "local_set"): PUBLIC,  # names
    ("data_registry/custody", "Keeper.shred", "local_set"): PUBLIC,  # zeros
    ("data_registry/release", "secret_for", "local_set"): SECRET,  # what a released key is sealed to
    ("data_registry/release", "forget_secret", "local_set"): PUBLIC,  # zeros
    ("data_registry/worker", "Shift.attempt", "local_set"): PUBLIC,  # block numbers
    ("data_registry/worker", "Shift._examined", "local_set"): SECRET,  # a verdict until it is revealed, and its salt
    ("disputes/worker", "_Concern._watch", "local_set"): PUBLIC,  # digests of what is on the chain
    ("disputes/worker", "_Concern._submit", "local_set"): PUBLIC,
    ("federated_round/memory", "Memory._keep", "local_set"): SECRET,  # contents until they are revealed, their salts
    ("federated_round/memory", "Memory.may_submit", "local_set"): PUBLIC,  # block numbers
    ("federated_round/secrecy/memory", "HiddenMemory.new_secret", "local_set"): SECRET,  # the seed of all of these
    ("federated_round/secrecy/memory", "HiddenMemory._keep", "local_set"): PUBLIC,  # digests of what is on the chain
    ("proxy_exchange/models", "Models.keep", "local_set"): SECRET,  # private models
    ("proxy_exchange/worker", "_Errand._submit", "local_set"): PUBLIC,  # block numbers
    # the content store, which everybody reads
    ("data_registry/custody", "Keeper.take_in", "publish"): SHOWN,  # a blob under its key
    ("data_registry/worker", "Shift.release_key", "publish"): SHOWN,  # that key, sealed to another
    ("disputes/worker", "_Concern._watch", "content_put"): SHOWN,
    ("federated_round/errand", "Errand.reveal_test_set", "publish"): SHOWN,
    ("federated_round/errand", "Errand._show", "content_put"): SHOWN,
    ("federated_round/errand", "Errand.publish", "publish"): SHOWN,
    ("federated_round/secrecy/duties", "deal_shares", "publish"): SHOWN,  # each share sealed to its holder
    ("federated_round/secrecy/duties", "open_shares", "publish"): SHOWN,  # shares that the chain asks for
    ("federated_round/shapes/duties", "BufferErrand._reveal_delivery", "publish"): SHOWN,
    ("ml_registry/artifact", "publish", "content_put"): SHOWN,
    ("proxy_exchange/worker", "_Errand._push", "publish"): SHOWN,
}
"""By module, function and host call. Nobody indexes anything for workers, speaks HTTP, or uses the keystore."""

ASKED: Final = frozenset(
    {name for name in HOST_FUNCTIONS if name.startswith(("http_", "content_put", "random", "generate_key"))}
    | {f"{kind}_{act}" for kind in ("local", "fork") for act in ("set", "compare_and_set")}
    | {"publish", "sign", "OffchainValue", "Http", "Signer", "indexing", "offchain_index"}
)
"""Names by which a worker draws, keeps, signs or hands out anything."""


def asked_in(module: Path) -> Iterator[tuple[str, str, str]]:
    """Where a module does any of that."""
    place = str(module.relative_to(PALLETS).with_suffix(""))

    def walk(node: ast.AST, within: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
        for child in ast.iter_child_nodes(node):
            inner = (*within, child.name) if isinstance(child, ast.FunctionDef | ast.ClassDef) else within
            if isinstance(child, ast.Attribute) and child.attr in ASKED and is_of_a_node(child, inner):
                yield place, ".".join(inner), child.attr
            elif isinstance(child, ast.Call) and isinstance(child.func, ast.Name) and child.func.id in ASKED - {"sign"}:
                yield place, ".".join(inner), child.func.id
            yield from walk(child, inner)

    yield from walk(ast.parse(module.read_text(encoding="utf-8")), ())


def is_of_a_node(asked: ast.Attribute, within: tuple[str, ...]) -> bool:
    """Whether it is asked of a node, or of an errand that has one; not of a registry or a key pair."""
    of = ast.unparse(asked.value)
    if asked.attr == "publish":
        return of == "errand" or (of == "self" and within[0].endswith("Errand"))
    return asked.attr != "sign" or of.endswith("node")


def found() -> set[tuple[str, str, str]]:
    """In all pallets; the authoring kit hands on what these do, and what is learnt is learnt without a node."""
    modules = [each for each in PALLETS.rglob("*.py") if each.relative_to(PALLETS).parts[0] not in BESIDE]
    return {each for module in modules for each in asked_in(module)}


BESIDE: Final = ("frame", "learning")


def test_the_table_has_all_that_workers_keep_draw_sign_and_hand_out() -> None:
    there = found()
    assert not there - set(TABLE), "say in the table what of these is secret"
    assert not set(TABLE) - there, "these are no more"


def test_all_that_is_drawn_is_secret() -> None:
    assert {what for (_, _, call), what in TABLE.items() if call == "random_seed"} == {SECRET}
    assert is_secret_answer(HostCall("random_seed"))


WHO, SEED = AccountId(b"a" * 32), Hash(b"s" * 32)
LENT: Final = FakeNode(WHO, None, MemoryStore())
DEAL: Final = release.Deal(0, WHO, SEED)
KEYS: Final = {
    "the key of a blob": (custody._KEY + b"ward", SECRET),
    "the salt of a commitment": (custody._SALT + b"ward", SECRET),
    "a custody": (custody._key(b"ward"), PUBLIC),
    "names of custodies": (NAMES_KEY, PUBLIC),
    "what a key is sealed to": (release._secret_key(DEAL), SECRET),
    "a verdict before it is revealed": (registry_worker._verdict_key(0), SECRET),
    "an update before it is revealed": (Memory(LENT, 0, 0, SEED)._secret_key(Stage.UPDATE), SECRET),
    "when that was submitted": (Memory(LENT, 0, 0, SEED)._key(b"submitted", b"enrol"), PUBLIC),
    "the seed of masks and shares": (HiddenMemory(LENT, 0, 0, SEED)._secret_key, SECRET),
    "what it was told for": (HiddenMemory(LENT, 0, 0, SEED)._told_key, PUBLIC),
    "a private model": (Models(LENT, 0, SEED)._key(0), SECRET),
}
"""Where each of them lies."""


@pytest.mark.parametrize("name", KEYS)
def test_what_is_secret_lies_where_everybody_knows_it(name: str) -> None:
    key, what = KEYS[name]
    assert key.startswith(SECRET_STORAGE) is (what is SECRET)
    stored = HostCall("local_set", (PERSISTENT, key, b"value"))
    shown = redacted_call(stored, Secrets()).arguments[2]
    assert shown == (b"(redacted)" if what is SECRET else b"value")


WORDS: Final = ("salt", "seed", "secret", "phrase", "passw", "token")
"""In the name of a field whose bytes or text nobody else may know."""


def hidden_fields(module: Path) -> Iterator[tuple[str, str]]:
    """Fields that no `repr` shows, are named so, and are not declared secret."""
    for made in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(made, ast.AnnAssign) and isinstance(made.target, ast.Name) and isinstance(made.value, ast.Call):
            options = {each.arg: ast.unparse(each.value) for each in made.value.keywords}
            is_value = ast.unparse(made.annotation).startswith(("bytes", "str"))
            is_hidden = options.get("repr") == "False" and any(word in made.target.id for word in WORDS)
            if is_value and is_hidden and options.get("metadata") != "SECRET":
                yield str(module), made.target.id


def test_fields_of_operators_data_that_are_secret_are_declared_so() -> None:
    own = Path(__file__).parents[2]
    modules = [each for folder in ("chain", "pallets", "runtime", "node_cli") for each in (own / folder).rglob("*.py")]
    assert [each for module in modules for each in hidden_fields(module)] == []
    assert set(secrets_in(HeldOut(DataSet(1, b"ab", (1,)), bytes(range(32))))) == {bytes(range(32))}
    assert set(secrets_in(LocalData(DataSet(1, b"ab", (1,)), bytes(range(32))))) == {bytes(range(32))}
    assert set(secrets_in(Offer(b"ward", b"", Hash(bytes(32)), b"CC0-1.0", b"SE", b"of a commitment"))) == {
        b"of a commitment"
    }
