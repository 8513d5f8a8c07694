"""An operator's data are recorded but for their secrets, which come back for whoever has them."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field
from pickle import UnpicklingError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.offchain.private_data import NotPicklable, pickled, unpickled
from chain.record import record
from chain.secret_fields import SECRET

SALT = bytes(range(150, 182))


@record
class Rows:
    """Rows under a salt."""

    rows: tuple[int, ...]
    salt: bytes = field(repr=False, metadata=SECRET)


@dataclass
class Access:
    """Who may ask a server."""

    name: str
    passwords: tuple[str, ...] = field(default=(), metadata=SECRET)


@given(st.lists(st.integers(0, 2**32), max_size=20), st.binary(min_size=1, max_size=40), st.text(max_size=12))
def test_data_come_back_as_they_were(rows: list[int], salt: bytes, name: str) -> None:
    data = {"rows": Rows(tuple(rows), salt), name: [Access(name, (name, "hunter2hunter2"))]}
    kept, secrets = pickled(data)
    assert unpickled(kept, secrets) == data
    assert salt in secrets
    assert b"hunter2hunter2" not in kept


def test_secrets_are_left_out_wherever_they_stand_and_rows_are_not() -> None:
    copies = [SALT, b"salt: " + SALT, SALT.hex(), "salt=" + SALT.hex()]
    kept, secrets = pickled((Rows((4711, 815), SALT), copies, b"as it is"))
    assert sorted(map(str, secrets)) == sorted(map(str, copies))
    assert b"as it is" in kept
    assert (4711).to_bytes(2, "little") in kept
    assert SALT not in kept
    assert SALT.hex().encode() not in kept
    assert unpickled(kept, secrets)[1] == copies


def test_what_is_known_besides_is_left_out_too() -> None:
    kept, secrets = pickled([b"plain", b"drawn"], lambda value: value == b"drawn")
    assert secrets == [b"drawn"]
    assert b"drawn" not in kept


def test_without_its_secrets_nothing_is_read() -> None:
    kept, secrets = pickled(Rows((1,), SALT))
    assert len(secrets) == 1
    for others in ([], [None]):
        with pytest.raises(UnpicklingError, match="it names a secret that is not there"):
            unpickled(kept, others)


def test_data_whose_secrets_cannot_be_taken_out_are_not_recorded() -> None:
    with pytest.raises(NotPicklable, match="a secret of theirs stands where it cannot be taken out"):
        pickled((Rows((), SALT), pickle.PickleBuffer(SALT)))
    with pytest.raises(NotPicklable, match="lambda"):
        pickled(lambda: None)
