"""A folder, a file and a node give the same chain, and the audit of any of them is the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from chain.content.memory import MemoryStore
from chain.node.sealing import SealingMode
from chain.store.lmdb_store import LmdbStore
from chain.trie.trie import Trie
from node_cli.round_audit import recorded
from node_cli.round_audit.audited import audited
from node_cli.round_audit.recorded import AuditError, OfNode, OfStore, of_file, of_folder, recorded_chain
from node_cli.round_audit.replaying import ended_rounds, executed_again, span_of
from runtime.dev import DevRuntime, runtime_factory
from runtime.notebook import LocalClient
from tests.node_cli.round_audit.played import Made, make
from tests.pallets.federated_round.dev_learners import Learners


@dataclass
class Sources:
    """One chain, thrice."""

    made: Made
    folder: OfStore
    file: OfStore
    client: LocalClient[DevRuntime]


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sources]:
    made = make(tmp_path_factory.mktemp("played"))
    node = Learners(store=LmdbStore(made.base_path), content=MemoryStore()).node
    file = of_file(made.export, runtime_factory())
    yield Sources(made, OfStore(node.chain), file, LocalClient(node, SealingMode.MANUAL))
    node.chain.close()


def test_all_sources_have_the_same_blocks_and_states(sources: Sources) -> None:
    node = OfNode(sources.client.endpoint)
    assert sources.folder.head == sources.file.head == node.head
    assert (sources.folder.broken, sources.file.broken, node.broken) == (None, None, None)
    for number in (1, node.head):
        assert sources.folder.block(number) == sources.file.block(number) == node.block(number)
        roots = {source.state(number).root for source in (sources.folder, sources.file, node)}
        assert len(roots) == 1


def test_the_audit_of_a_node_is_that_of_its_folder(sources: Sources) -> None:
    node, content = OfNode(sources.client.endpoint), sources.made.store().get
    found = audited(node, 0, 0, content)
    assert found == audited(sources.folder, 0, 0, content) == audited(sources.file, 0, 0, content)
    assert found.findings == ()
    assert found.refunded == 0


def test_a_url_is_connected_to(sources: Sources, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[str]()

    def connect(url: str) -> LocalClient[DevRuntime]:
        asked.append(url)
        return sources.client

    monkeypatch.setattr(recorded, "connect", connect)
    monkeypatch.setattr(sources.client, "close", lambda: None)
    with recorded_chain("ws://127.0.0.1:9944", runtime_factory()) as chain:
        assert ended_rounds(chain) == [(0, 0)]
    assert asked == ["ws://127.0.0.1:9944"]


def test_a_node_that_gives_another_state_than_its_header_names_is_refused(
    sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = OfNode(sources.client.endpoint)
    monkeypatch.setattr(sources.client.endpoint, "values", lambda keys, _at: [b"\1"] * len(keys))
    with pytest.raises(AuditError, match="state after block 3 has not the root of its header"):
        node.state(3)


def test_a_block_that_is_not_there_is_told(sources: Sources) -> None:
    for source in (sources.folder, sources.file, OfNode(sources.client.endpoint)):
        with pytest.raises(AuditError, match="no block 9999"):
            source.block(9999)


def test_a_folder_that_a_node_has_open_is_told(sources: Sources) -> None:
    with pytest.raises(AuditError, match="another node has this chain open"):
        of_folder(sources.made.base_path)


def test_a_round_is_found_by_its_blocks(sources: Sources) -> None:
    span = span_of(sources.file, 0, 0)
    assert span.drawn is not None
    assert 0 < span.first < span.drawn < span.last <= sources.file.head
    assert list(executed_again(sources.file, span, 0, 0)) == []


def test_a_block_that_touched_something_else_is_told_by_its_number(sources: Sources) -> None:
    class Odd:
        """The chain, whose states from the fourth block of the round on have a key more."""

        head, broken, block = sources.file.head, None, staticmethod(sources.file.block)

        @staticmethod
        def state(number: int) -> Trie:
            state = sources.file.state(number)
            return state.updated({b"odd": b"1"}) if number >= span.first + 3 else state

    span = span_of(sources.file, 0, 0)
    [*found] = executed_again(Odd(), span, 0, 0)
    # on the odd states nothing comes out as the headers say
    assert [each.part for each in found] == ["block"] * (span.last - span.first - 3)
    assert found[0].text.startswith(f"block {span.first + 4} is not what execution gives: invalid block: state root")
