"""Players are the same in each run, and no two are the same."""

from __future__ import annotations

from chain.content.memory import MemoryStore
from chain.crypto.signatures import Scheme
from chain.primitives import AccountId
from node_cli.scenario.cast import LABORATORIES, cast_of
from node_cli.scenario.telling import Run


def test_everybody_has_a_part_and_the_office_neither_trains_nor_serves(played: Run) -> None:
    cast = played.stage.cast
    assert cast.office.operator.data is None
    assert not cast.office.operator.serves
    assert all(player.operator.data is not None for player in cast.parties)
    assert all(player.operator.serves for player in cast.laboratories)
    assert len(cast.laboratories) == (6 if played.stage.scenario.cartel else LABORATORIES)


def test_accounts_and_random_seeds_are_all_different(played: Run) -> None:
    everybody = played.stage.cast.everybody
    assert len({player.account for player in everybody}) == len(everybody)
    assert len({player.randomness_seed for player in everybody}) == len(everybody)


def test_signatures_are_the_same_in_each_run(played: Run) -> None:
    assert {player.key.scheme for player in played.stage.cast.everybody} == {Scheme.ED25519}


def test_the_same_scenario_has_the_same_cast(played: Run) -> None:
    again = cast_of(played.stage.scenario, MemoryStore())
    assert [player.account for player in again.everybody] == [p.account for p in played.stage.cast.everybody]
    assert again.held_out == played.stage.cast.held_out


def test_accounts_have_names_and_strangers_their_hexadecimal_digits(played: Run) -> None:
    cast = played.stage.cast
    assert [cast.name_of(player.account) for player in cast.everybody] == [player.name for player in cast.everybody]
    assert cast.name_of(AccountId(bytes(32))) == f"0x{'00' * 32}"
