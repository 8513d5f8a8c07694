"""What recordings leave out is in the vault, for its owner alone, until a worker destroys it."""

from __future__ import annotations

import stat
from contextlib import suppress
from pathlib import Path

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.block import Header
from chain.offchain.host_call import HostCall
from chain.offchain.secrecy import SECRET_STORAGE
from chain.offchain.vault import NAME, Known, SecretRefused, Vault, VaultError, is_overwritten, vault_at
from chain.offchain.withholding import SecretsMissing, restored
from chain.runtime_api import OffchainNode
from tests.chain.node.fake_runtime import FakeRuntime, encode
from tests.chain.offchain.recorded import ALICE, one_block, recorded

ORIGIN = ALICE.account + SECRET_STORAGE + b"of a round"
OTHER = ALICE.account + SECRET_STORAGE + b"of another"


def known(vault: Vault, value: bytes | str, origin: bytes = b"") -> Known:
    return Known(vault.digest(value), origin, value)


def test_values_are_found_by_their_digests_after_another_start(tmp_path: Path) -> None:
    file = tmp_path / NAME
    vault = Vault(file)
    first, second, text = known(vault, b"one"), known(vault, b"two", ORIGIN), known(vault, "a text")
    vault.keep([first, second])
    vault.keep([second, text])
    for again in (vault, Vault(file), vault_at(file), vault_at(tmp_path)):
        assert again.fingerprint == vault.fingerprint
        assert [again.get(each.digest) for each in (first, second, text)] == [b"one", b"two", "a text"]
        assert again.get(vault.digest(b"three")) is None
    assert file.read_bytes().count(b"two") == 1


def test_nobody_else_may_read_the_file(tmp_path: Path) -> None:
    file = tmp_path / NAME
    Vault(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o644)
    Vault(file).keep([])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == [NAME]


def test_a_digest_tells_nothing_without_the_key() -> None:
    one, other = Vault(), Vault()
    assert one.digest(b"1234") != other.digest(b"1234")
    assert one.fingerprint != other.fingerprint
    assert one.digest(b"1234") != one.digest("1234")


def test_what_is_destroyed_is_gone_with_what_was_drawn_beside_it(tmp_path: Path) -> None:
    file = tmp_path / NAME
    vault = Vault(file)
    key, sealed_by, other = known(vault, b"the key", ORIGIN), known(vault, b"ephemeral"), known(vault, b"kept", OTHER)
    drawn = known(vault, b"drawn elsewhere")
    vault.keep([key, sealed_by, other])
    vault.keep([drawn, other])
    vault.destroy(ORIGIN)
    vault.keep([key, sealed_by])  # of a run that went on meanwhile
    for again in (vault, Vault(file)):
        assert [again.get(each.digest) for each in (key, sealed_by, other, drawn)] == [
            None,
            None,
            b"kept",
            b"drawn elsewhere",
        ]
        assert [again.is_destroyed(each.digest) for each in (key, sealed_by, other)] == [True, True, False]
    data = file.read_bytes()
    assert (b"the key" in data, b"ephemeral" in data, b"kept" in data) == (False, False, True)


def test_a_value_in_the_place_of_another_is_refused(tmp_path: Path) -> None:
    file = tmp_path / NAME
    vault = Vault(file)
    vault.keep([known(vault, b"the right one")])
    file.write_bytes(file.read_bytes().replace(b"the right one", b"the wrong one"))
    with pytest.raises(SecretRefused, match=r"worker-secrets have another value in the place of the one"):
        Vault(file).get(vault.digest(b"the right one"))


def test_a_file_that_was_taken_away_is_an_error_and_made_again_by_nobody(tmp_path: Path) -> None:
    file = tmp_path / NAME
    vault = Vault(file)
    vault.keep([known(vault, b"one")])
    file.unlink()
    with pytest.raises(FileNotFoundError):
        vault.keep([known(vault, b"two")])
    assert not file.exists()


def test_a_vault_that_keeps_nothing_makes_digests_alone() -> None:
    vault = Vault(is_kept=False)
    one = known(vault, b"one")
    vault.keep([one])
    assert one.digest == vault.digest(b"one")
    assert (vault.get(one.digest), vault.is_destroyed(one.digest)) == (None, False)


def test_the_row_of_a_node_that_was_killed_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / NAME
    vault = Vault(file)
    vault.keep([known(vault, b"one")])
    whole = file.read_bytes()
    vault.keep([known(vault, b"two")])
    file.write_bytes(file.read_bytes()[:-3])
    again = Vault(file)
    assert (again.get(vault.digest(b"one")), again.get(vault.digest(b"two"))) == (b"one", None)
    assert whole in file.read_bytes()


@pytest.mark.parametrize("lost", [1, 3, 40])
def test_what_is_kept_after_a_row_that_is_there_by_half_is_there(tmp_path: Path, lost: int) -> None:
    file = tmp_path / NAME
    vault = Vault(file)
    for value in (b"one" * 9, b"two" * 20):
        vault.keep([known(vault, value)])
    file.write_bytes(file.read_bytes()[:-lost])
    again = Vault(file)
    for value in (b"three", b"four"):
        again.keep([known(again, value)])
    found = [Vault(file).get(vault.digest(value)) for value in (b"one" * 9, b"two" * 20, b"three", b"four")]
    assert found == [b"one" * 9, None, b"three", b"four"]


def row_of(*values: object) -> bytes:
    data: bytes = msgpack.Packer().pack(values)
    return data


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "not the secrets of a node's workers"),
        (row_of("palletlab-worker-run", 1, bytes(32)), "not the secrets of a node's workers"),
        (row_of("palletlab-worker-secrets", 2, bytes(32)), "of version 2; this program reads version 1"),
        (row_of("palletlab-worker-secrets", 1, b"short"), "its key is damaged"),
        (row_of("palletlab-worker-secrets", 1, bytes(32)) + b"\x01", "or damaged"),
    ],
)
def test_what_is_no_vault_is_said(content: bytes, sentence: str, tmp_path: Path) -> None:
    file = tmp_path / NAME
    file.write_bytes(content)
    with pytest.raises(VaultError, match=sentence):
        Vault(file)


@settings(max_examples=100)
@given(st.binary(max_size=60))
def test_damage_is_a_typed_error(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    file = tmp_path_factory.mktemp("vault") / NAME
    file.write_bytes(row_of("palletlab-worker-secrets", 1, bytes(32)) + data)
    with suppress(VaultError):
        Vault(file)


def test_a_folder_without_secrets_says_so(tmp_path: Path) -> None:
    with pytest.raises(VaultError, match="no secrets of recorded runs are there"):
        vault_at(tmp_path)
    with pytest.raises(VaultError, match="no secrets of recorded runs are there"):
        vault_at(tmp_path / "none")


def test_zeros_in_the_place_of_a_secret_destroy_it() -> None:
    key = SECRET_STORAGE + b"of a round"
    assert is_overwritten(HostCall("local_set", (1, key, bytes(32))))
    assert is_overwritten(HostCall("local_compare_and_set", (1, key, b"old", bytes(32))))
    assert not is_overwritten(HostCall("local_set", (1, key, b"new")))
    assert not is_overwritten(HostCall("local_set", (1, b"plain", bytes(32))))
    assert not is_overwritten(HostCall("local_clear", (1, key)))


KEY = SECRET_STORAGE + b"of a round"


def keeps_then_destroys(_runtime: FakeRuntime, header: Header, node: OffchainNode) -> None:
    if header.number == 1:
        node.local_set(KEY, node.random_seed())
    elif header.number == 2:
        node.local_set(b"copied", node.local_get(KEY) or b"")
    elif header.number == 3:
        node.local_set(KEY, bytes(32))
        node.local_clear(KEY)


def test_a_worker_that_destroys_a_secret_destroys_it_in_the_vault(tmp_path: Path) -> None:
    vault = Vault(tmp_path / NAME)
    with recorded(keeps_then_destroys, vault=vault) as (node, recorder):
        one_block(node)
        for number in (1, 2):
            node.submit(encode(b"x", number, key=1, value=number))
            node.seal()
        first, second, third = recorder.recordings
        stored = node.workers.participants[0].storage.get(b"copied")
    assert third.holes == ()
    assert restored(third, vault) == third
    for each in (first, second):
        with pytest.raises(SecretsMissing, match="which its worker has destroyed since"):
            restored(each, vault)
    assert stored is not None
    assert len(stored) == 32
    assert stored not in (tmp_path / NAME).read_bytes()


def test_a_vault_alone_hears_of_what_is_destroyed_too() -> None:
    vault = Vault()
    with recorded(keeps_then_destroys, vault=vault) as (node, recorder):
        one_block(node)
        first = recorder.recordings[0]
        recorder.close()
        stop = node.workers.add_layer(vault.layer)
        for number in (1, 2):
            assert restored(first, vault).calls[0].answer() == node.workers.participants[0].storage.get(KEY)
            node.submit(encode(b"x", number, key=1, value=number))
            node.seal()
        stop()
    assert vault.is_destroyed(first.withheld[0].digest)
    assert vault.get(first.withheld[0].digest) is None


def echoes(_runtime: FakeRuntime, header: Header, node: OffchainNode) -> None:
    """Keeps a secret, copies it piece by piece, is told the pieces alone, and destroys it."""
    if header.number == 1:
        node.local_set(SECRET_STORAGE + b"of a round", SEED)
        for at in range(0, 32, 5):
            node.local_set(b"piece %d" % at, SEED[at : at + 5])
    elif header.number == 2:
        for at in range(0, 32, 5):
            node.local_get(b"piece %d" % at)
    else:
        node.local_set(SECRET_STORAGE + b"of a round", bytes(32))


SEED = bytes(range(70, 102))


def test_what_was_told_of_a_secret_in_pieces_is_destroyed_with_it(tmp_path: Path) -> None:
    file = tmp_path / NAME
    with recorded(echoes, vault=Vault(file)) as (node, recorder):
        one_block(node)
        node.seal()
        before = file.read_bytes()
        node.seal()
    assert all(SEED[at : at + 5] in before for at in range(0, 30, 5))
    assert not any(SEED[at : at + 5] in file.read_bytes() for at in range(0, 30, 5))
    with pytest.raises(SecretsMissing, match="its worker has destroyed since"):
        restored(recorder.recordings[1], Vault(file))
