"""What is in a folder is looked at before it is trusted: each damage gives a sentence, and no damage a new chain."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import lmdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chain.node.chain_store import ChainStore
from chain.store.database import VERSION, Database, Tables
from chain.store.errors import StoreDamaged, StoreError, StoreForeign, StoreVersion
from tests.chain.store.blocks import grown, opened, picture


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A chain of twenty blocks."""
    chain = opened(tmp_path / "node")
    hashes = grown(chain, 20)
    chain.finalize(hashes[15])
    chain.close()
    return tmp_path / "node"


def test_folders_are_made(tmp_path: Path) -> None:
    opened(tmp_path / "a" / "b").close()
    assert (tmp_path / "a" / "b" / "chain" / "data.mdb").is_file()


def test_a_file_that_lmdb_did_not_write(folder: Path) -> None:
    (folder / "chain" / "data.mdb").write_bytes(b"a diary, not a database" * 1000)
    with pytest.raises(StoreForeign) as caught:
        opened(folder)
    assert str(caught.value) == (
        f"{folder}: a file that LMDB did not write, not a chain of palletlab; choose another folder"
    )


def test_a_database_of_another_program(tmp_path: Path) -> None:
    environment = lmdb.open(str(tmp_path / "chain"))
    with environment.begin(write=True) as transaction:
        transaction.put(b"key", b"value")
    environment.close()
    with pytest.raises(StoreForeign) as caught:
        opened(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path}: the LMDB file of another program, not a chain of palletlab; choose another folder"
    )


def test_another_version_of_the_format(folder: Path) -> None:
    database = Database(folder)
    database.close()
    environment = lmdb.open(str(folder / "chain"), max_dbs=6)
    with environment.begin(write=True) as transaction:
        transaction.put(b"version", (7).to_bytes(4, "little"), db=environment.open_db(b"about", transaction))
    environment.close()
    with pytest.raises(StoreVersion) as caught:
        opened(folder)
    assert str(caught.value) == (
        f"{folder}: a chain in version 7 of the format, of which this program knows {VERSION}; "
        "open it with the program that wrote it, or remove the folder to begin anew"
    )


def test_a_missing_file(folder: Path) -> None:
    (folder / "chain" / "data.mdb").unlink()
    with pytest.raises(StoreDamaged) as caught:
        opened(folder)
    assert str(caught.value) == (
        f"{folder}: the chain is damaged: data.mdb is missing; restore a copy, or remove the folder to begin anew"
    )


def test_an_empty_file_is_not_taken_for_a_new_chain(folder: Path) -> None:
    (folder / "chain" / "data.mdb").write_bytes(b"")
    with pytest.raises(StoreDamaged, match=r"data\.mdb has only 0 bytes"):
        opened(folder)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(share=st.floats(0, 0.999))
def test_a_file_that_was_cut_gives_a_sentence_and_stays_as_it_is(folder: Path, share: float) -> None:
    whole = folder / "chain" / "data.mdb"
    copy = folder.parent / "cut"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    cut = copy / "chain" / "data.mdb"
    os.truncate(cut, int(whole.stat().st_size * share))
    before = cut.read_bytes()
    chain: ChainStore | None = None
    found: StoreError | None = None
    try:
        chain = opened(copy)
    except StoreError as error:
        found = error
    if chain is not None:  # nothing refers to what was cut
        original = opened(folder)
        assert picture(chain) == picture(original)
        chain.close()
        original.close()
    else:
        assert isinstance(found, StoreDamaged)
        is_plain = "data.mdb has" in found.reason  # else a part of a page is zero, and what was in it is missed
        assert (cut.read_bytes() == before) if is_plain else (cut.read_bytes().rstrip(b"\0") == before.rstrip(b"\0"))


def test_a_record_with_other_bytes_is_found_out(folder: Path) -> None:
    database = Database(folder)

    def damage(tables: Tables) -> None:
        blocks = tables.blocks
        for block_hash, record in list(blocks.items()):
            blocks.put(block_hash, record[:60] + bytes((record[60] ^ 1,)) + record[61:])

    database.write(damage)
    database.close()
    with pytest.raises(StoreDamaged, match="has the contents of another"):
        opened(folder)


def test_changes_with_other_bytes_are_found_out(folder: Path) -> None:
    database = Database(folder)

    def damage(tables: Tables) -> None:
        blocks = tables.blocks
        for block_hash, record in list(blocks.items()):
            blocks.put(block_hash, record.replace(b"number20", b"number99"))

    database.write(damage)
    database.close()
    with pytest.raises(StoreDamaged, match="has another root"):
        opened(folder)


def test_who_is_killed_while_a_chain_is_made_leaves_none(tmp_path: Path) -> None:
    (tmp_path / "chain.new").mkdir()
    (tmp_path / "chain.new" / "data.mdb").write_bytes(b"half")
    chain = opened(tmp_path)
    assert len(chain) == 1
    assert not (tmp_path / "chain.new").exists()
