"""What LMDB writes passes; what something else wrote over it gives a sentence, or makes no difference."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from chain.primitives import Hash
from chain.store.database import Database, Table, Tables
from chain.store.errors import StoreDamaged, StoreError
from chain.store.pages import check_pages
from tests.chain.store.blocks import child, grown, opened, picture
from tests.effort import EFFORT

PAGE = 4096


@pytest.mark.parametrize("seed", range(3 * EFFORT))
def test_a_file_passes_after_every_transaction(tmp_path: Path, seed: int) -> None:
    source, keys, database = random.Random(seed), list[bytes](), Database(tmp_path)

    def work(tables: Tables) -> None:
        for _ in range(source.choice([1, 5, 50, 400])):
            table: Table = getattr(tables, source.choice(["blocks", "states", "order"]))
            if keys and source.random() < 0.45:
                table.delete(source.choice(keys))
            else:
                keys.append(source.randbytes(source.choice([4, 8, 32, 40, 200])))
                table.put(keys[-1], bytes(source.choice([0, 1, 30, 100, 2000, 4060, 9000, 100_000])))

    file = tmp_path / "chain" / "data.mdb"
    for _ in range(source.randrange(5, 40)):
        database.write(work)
        assert 0 <= check_pages(tmp_path, file) - file.stat().st_size <= PAGE * 32
    database.close()


class Chain:
    """Sixty blocks with a fork and a proof of finality, and what can be seen of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        chain = opened(folder)
        self.hashes = grown(chain, 60)
        chain.finalize(self.hashes[30], b"proof")
        chain.add(*child(chain[self.hashes[55]], b"fork"))
        self.seen = picture(chain)
        chain.close()
        self.data = (folder / "chain" / "data.mdb").read_bytes()

    def with_data(self, data: bytes, place: Path) -> Path:
        """A copy of the folder with another file."""
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(self.folder, place)
        (place / "chain" / "data.mdb").write_bytes(data)
        return place

    def is_itself_in(self, folder: Path) -> bool:
        """Whether the chain of a folder is this one, which then goes on; raises StoreError."""
        chain = opened(folder)
        try:
            is_same = picture(chain) == self.seen and chain.justification(self.hashes[30]) == b"proof"
            grown(chain, 3, b"more")
            chain.finalize(self.hashes[50])
            grown_on = picture(chain)
        finally:
            chain.close()
        again = opened(folder)
        try:
            return is_same and picture(again) == grown_on
        finally:
            again.close()


def damaged(data: bytes, source: random.Random) -> bytes:
    """One page of those that have something, changed."""
    written = [page for page in range(len(data) // PAGE) if any(data[page * PAGE : (page + 1) * PAGE])]
    start, changed = source.choice(written) * PAGE, bytearray(data)
    match source.choice(["byte", "bit", "head", "page", "other page", "piece"]):
        case "byte":
            changed[start + source.randrange(PAGE)] = source.randrange(256)
        case "bit":
            changed[start + source.randrange(PAGE)] ^= 1 << source.randrange(8)
        case "head":
            changed[start + source.randrange(160)] = source.randrange(256)
        case "page":
            changed[start : start + PAGE] = bytes(PAGE)
        case "other page":
            other = source.choice(written) * PAGE
            changed[start : start + PAGE] = data[other : other + PAGE]
        case _:
            at = start + source.randrange(PAGE - 16)
            changed[at : at + 16] = source.randbytes(16)
    return bytes(changed)


def test_a_file_that_was_written_over_is_found_out_or_is_the_same_chain(tmp_path: Path) -> None:
    chain, source, found_out = Chain(tmp_path / "whole"), random.Random(1), 0
    for _ in range(60 * EFFORT):
        folder = chain.with_data(damaged(chain.data, source), tmp_path / "damaged")
        try:
            is_same = chain.is_itself_in(folder)
        except StoreError:
            found_out += 1
        else:
            assert is_same
    assert found_out > 10 * EFFORT


def changed(data: bytes, at: int, *new: int) -> bytes:
    return data[:at] + bytes(new) + data[at + len(new) :]


@pytest.mark.parametrize(
    ("at", "byte", "reason"),
    [
        (24, 3, "pages of"),
        (8 + 2, 2, "page 0 is another"),
        (PAGE + 20, 2, "page 1 is not LMDB's"),
        (PAGE + 144, 99, "do not follow one another"),
    ],
)
def test_first_pages_say_what_is_wrong_with_them(tmp_path: Path, at: int, byte: int, reason: str) -> None:
    chain = Chain(tmp_path / "whole")
    at = 40 + 1 if reason == "pages of" else at
    folder = chain.with_data(changed(chain.data, at, byte), tmp_path / "damaged")
    with pytest.raises(StoreDamaged, match=reason):
        opened(folder)


def test_a_final_block_whose_number_is_gone_is_missed(tmp_path: Path) -> None:
    chain = Chain(tmp_path)
    database = Database(tmp_path)
    database.write(lambda tables: tables.finalized.delete((10).to_bytes(4, "big")))
    database.close()
    again = opened(tmp_path)
    again.finalize(chain.hashes[50])  # so that the first blocks are in the file alone
    with pytest.raises(StoreDamaged, match="block 10 is missing"):
        again.at(10)
    again.close()


def test_a_proof_for_a_block_that_is_not_there_is_found_out(tmp_path: Path) -> None:
    Chain(tmp_path)
    database = Database(tmp_path)
    database.write(lambda tables: tables.justifications.put(Hash(bytes(32)), b"proof"))
    database.close()
    with pytest.raises(StoreDamaged, match="proof of finality"):
        opened(tmp_path)


def test_a_value_in_anothers_place_is_found_out(tmp_path: Path) -> None:
    chain = Chain(tmp_path)
    database = Database(tmp_path)

    def swap(tables: Tables) -> None:
        handle, transaction = tables.finalized._handle, tables.finalized._transaction
        stored = bytes(transaction.get((5).to_bytes(4, "big"), db=handle) or b"")
        transaction.put((6).to_bytes(4, "big"), stored, db=handle)

    database.write(swap)
    database.close()
    again = opened(tmp_path)
    again.finalize(chain.hashes[50])
    with pytest.raises(StoreDamaged, match="of the table finalized the entry 0x00000006 is not what was written"):
        again.hash_of(6)
    again.close()
