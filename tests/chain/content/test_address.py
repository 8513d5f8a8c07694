"""Stores are named by a line of text, and imported when they are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from chain.content.address import AddressError, opened, opened_all, opened_chunked
from chain.content.directory import DirectoryStore
from chain.content.gateway import GatewayStore
from chain.content.kubo import KuboStore
from chain.content.memory import MemoryStore
from chain.content.s3 import S3Store
from chain.content.several import SeveralStores

KEYS = {"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "verysecret"}
ROOT = Path(__file__).parents[3]


def test_each_kind_of_store_has_its_address(tmp_path: Path) -> None:
    assert isinstance(opened("memory:", {}), MemoryStore)
    directory = opened(f"dir:{tmp_path / 'a' / 'b'}", {})
    assert isinstance(directory, DirectoryStore)
    assert directory.path == tmp_path / "a" / "b"
    assert isinstance(opened("kubo:http://127.0.0.1:5001", {}), KuboStore)
    assert isinstance(opened("gateway:https://ipfs.example", {}), GatewayStore)


@pytest.mark.parametrize(
    ("address", "prefix"),
    [("s3:http://h:9000/models", ""), ("s3:http://h:9000/models/", ""), ("s3:http://h:9000/models/a/b", "a/b/")],
)
def test_a_bucket_may_have_a_prefix(address: str, prefix: str) -> None:
    store = opened(address, KEYS)
    assert isinstance(store, S3Store)
    assert (store.bucket, store.prefix, store.origin.host) == ("models", prefix, "h:9000")


def test_several_addresses_are_several_stores(tmp_path: Path) -> None:
    store = opened_all([f"dir:{tmp_path}", "gateway:https://ipfs.example"], {})
    assert isinstance(store, SeveralStores)
    assert isinstance(opened_all(["memory:"], {}), MemoryStore)
    chunked = opened_chunked([f"dir:{tmp_path}", "kubo:http://127.0.0.1:5001"], {})
    assert isinstance(chunked.backend, SeveralStores)
    with pytest.raises(AddressError, match="no store is named"):
        opened_all([], {})


@pytest.mark.parametrize(
    "address",
    [
        "",
        "verysecret",
        "ftp:verysecret",
        "dir:",
        "memory:verysecret",
        "kubo:",
        "kubo:verysecret",
        "gateway:ftp://verysecret",
        "gateway:https://me:verysecret@host",
        "s3:http://host",
        "s3:http://host/b",
        "s3:http://me:verysecret@host/bucket",
        "s3:http://host/bucket?key=verysecret",
        "s3:bucket",
        "kubo:http://[verysecret",
    ],
)
def test_a_text_that_is_no_address_is_one_sentence_without_it(address: str) -> None:
    with pytest.raises(AddressError) as caught:
        opened(address, KEYS)
    assert "verysecret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_keys_come_from_the_environment_alone() -> None:
    with pytest.raises(AddressError, match="no AWS_ACCESS_KEY_ID and no AWS_SECRET_ACCESS_KEY"):
        opened("s3:http://host/bucket", {})
    assert "verysecret" not in repr(opened("s3:http://host/bucket", KEYS))


def test_http_is_imported_for_stores_behind_servers_alone() -> None:
    program = (
        "import sys\nfrom chain.content.address import opened_chunked\n"
        "opened_chunked(['memory:'], {})\n"
        "print(sorted({'http.client', 'ssl', 'socket', 'urllib.request', 'xml', 'aiohttp'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
