"""A round with custody, a released key and hidden updates is recorded: no secret in any output, all of it run again."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from chain.content.layout import cid_of_file
from chain.crypto.hashing import blake2_256
from chain.crypto.keys import KeyPair
from chain.offchain.host_call import Answers, HostCall, Plain
from chain.offchain.log_filter import WithoutSecrets
from chain.offchain.metering import Meter
from chain.offchain.recorder import Recorder
from chain.offchain.recording import Recording
from chain.offchain.recording_file import read_recording
from chain.offchain.replay import replay, signed_part
from chain.offchain.run import Run
from chain.offchain.secrecy import is_secret_storage
from chain.offchain.vault import NAME, Vault, vault_at
from chain.offchain.withholding import SecretsMissing, needed
from chain.primitives import Hash
from chain.rpc.worker_metrics import worker_families
from chain.secret_fields import secrets_in
from node_cli.main import main
from pallets.data_registry import Status
from pallets.data_registry.custody import key_in, salt_in
from pallets.data_registry.operator import Offer, Steward, Want
from pallets.federated_round import Outcome
from pallets.federated_round.data import encode_data_set
from pallets.federated_round.secrecy import hiding
from pallets.frame.call import call_of
from pallets.learning.secure_aggregation.shamir import RandomBytes
from runtime.dev import DevRuntime
from tests.end_to_end.shapes_of_secrets import forms
from tests.pallets.federated_round.dev_learners import Learners, clients_of, rows_of
from tests.pallets.federated_round.secrecy.test_dev_node import HIDDEN

HOSPITAL, TRAINER = clients_of(7)[:2]
PURPOSE = Hash(blake2_256(b"to warn of bad air"))
WARD = encode_data_set(rows_of("ward", 40))


@dataclass
class Guarded(Learners):
    """Learners of whom one has encrypted data, and another asks for their key."""

    def _data(self, key: KeyPair) -> object:
        operator = self._operator(key)
        if key == HOSPITAL:
            return operator, Steward(offers=(Offer(b"ward", WARD, PURPOSE, b"CC0-1.0", b"SE"),))
        if key == TRAINER:
            return operator, Steward(wants=(Want(0, PURPOSE),))
        return (operator, Steward(checks=True)) if key in self.keepers else operator

    def until(self, is_so: Callable[[], bool]) -> None:
        """Let blocks pass until something is so."""
        for _ in range(60):
            if is_so():
                return
            self.seal()
        raise AssertionError("that is never so")

    def release_key(self) -> None:
        """The data are registered and checked, their use is permitted, and their key released."""
        registry = self.node.runtime_at().data_registry
        permit = call_of(registry.permit, data_set=0, who=TRAINER.account, purpose=PURPOSE, expires=10_000)
        self.until(lambda: self._status() is Status.CONFIRMED)
        self.node.submit_call(HOSPITAL, permit)
        released = (0, TRAINER.account, PURPOSE)
        self.until(lambda: self.node.runtime_at().data_registry.released_keys.contains_key(released))

    def _status(self) -> Status | None:
        found = self.node.runtime_at().data_registry.data_sets.get(0)
        return None if found is None else found.status


@dataclass
class Played:
    """What a recorded round has left; secrets: by what they are; outputs: by who wrote them."""

    learners: Guarded
    folder: Path
    secrets: dict[str, set[bytes]]
    outputs: dict[str, bytes] = field(default_factory=dict)

    @property
    def recordings(self) -> list[Recording]:
        return [read_recording(file) for file in sorted((self.folder / "runs").glob("*.run"))]

    def data_of(self, recording: Recording) -> object:
        """What the operator gave the worker that ran."""
        people = self.learners.node.workers.participants
        return next(each.data for each in people if each.account == recording.run.account)

    def extrinsics(self) -> list[bytes]:
        """All that blocks have."""
        chain, now = self.learners.node.chain, self.learners.node.best.number
        blocks = [chain.at(number) for number in range(now + 1)]
        return [extrinsic for block in blocks if block is not None for extrinsic in block.block.extrinsics]


class Spy:
    """A layer that notes what is drawn, and what is kept as a secret."""

    def __init__(self, secrets: dict[str, set[bytes]], _run: Run, below: Answers) -> None:
        self._secrets = secrets
        self._below = below

    def answer(self, call: HostCall) -> Plain:
        value = self._below.answer(call)
        if call.name == "random_seed" and isinstance(value, bytes):
            self._secrets["drawn"].add(value)
        elif is_secret_storage(call.name, call.arguments):
            self._secrets["kept"] |= {each for each in call.arguments[2:] if isinstance(each, bytes)}
        return value


def spied(found: set[bytes], make: Callable[[bytes, bytes], RandomBytes], seed: bytes, purpose: bytes) -> RandomBytes:
    """As `hiding.secret_bytes`; notes the private keys, the masks' seeds and the shares that follow from a seed."""
    random_bytes = make(seed, purpose)

    def noted(count: int) -> bytes:
        value = random_bytes(count)
        found.add(value)
        return value

    return noted


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """After the round, with everything that is written and printed of it."""
    folder = tmp_path_factory.mktemp("secret")
    secrets: dict[str, set[bytes]] = {"drawn": set(), "kept": set(), "derived": set()}
    learners, log = Guarded(terms=(HIDDEN,)), io.StringIO()
    node, recorder = (
        learners.node,
        Recorder(folder / "runs", source="runtime.dev:DevRuntime", keeps_data=True, vault=Vault(folder / NAME)),
    )
    meter = Meter()
    handler = logging.StreamHandler(log)
    handler.addFilter(WithoutSecrets())
    logging.getLogger().addHandler(handler)
    meter.follow(node)
    node.workers.add_layer(partial(Spy, secrets))
    stop = recorder.follow(node)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hiding, "secret_bytes", partial(spied, secrets["derived"], hiding.secret_bytes))
        learners.release_key()
        learners.play_all()
    assert learners.course().outcome is Outcome.PUBLISHED
    stop()
    recorder.close()
    logging.getLogger().removeHandler(handler)
    own = next(each for each in node.workers.participants if each.account == HOSPITAL.account)
    found = [read(own.storage.get, b"ward") for read in (key_in, salt_in)]
    secrets["custody"] = {each for each in found if each is not None}
    secrets["keystores"] = {each.key.secret for each in node.workers.participants}
    data = [each for person in node.workers.participants for each in secrets_in(person.data)]
    secrets["data"] = {each for each in data if isinstance(each, bytes)}
    made = Played(learners, folder, secrets)
    made.outputs = {file.name: file.read_bytes() for file in (folder / "runs").iterdir()}
    made.outputs["log"] = log.getvalue().encode()
    made.outputs["metrics"] = repr(list(worker_families(meter, 0, ()))).encode()
    lent = ("--secrets", str(folder), "--trust-data")
    for verb in (("show",), ("report",), ("replay", *lent), ("replay", "--trust-data")):
        for form in ((), ("--json",)):
            with redirect_stdout(io.StringIO()) as told, redirect_stderr(told):
                code = main(["worker", verb[0], str(folder / "runs"), *verb[1:], *form])
            assert code == (1 if verb == ("replay", "--trust-data") else 0), told.getvalue()[-2000:]
            made.outputs[f"{verb} {form}"] = told.getvalue().encode()
    return made


def found_in(outputs: dict[str, bytes], secret: bytes) -> list[str]:
    return [name for name, output in outputs.items() if any(form in output for form in forms(secret))]


def test_no_output_has_a_secret_that_is_not_on_the_chain(played: Played) -> None:
    chain = b"".join(played.extrinsics())
    assert {kind: len(found) > 0 for kind, found in played.secrets.items()} == dict.fromkeys(played.secrets, True)
    secrets = {each for found in played.secrets.values() for each in found if len(each) >= 16 and each.strip(b"\0")}
    revealed = {each for each in secrets if each in chain}
    salts = played.secrets["drawn"] | played.secrets["data"]
    assert revealed < salts  # of seals and of the test set, which are opened by them
    assert not revealed & (played.secrets["custody"] | played.secrets["derived"] | played.secrets["keystores"])
    assert len(revealed & played.secrets["data"]) == 1
    everything = b"\n".join(played.outputs.values())
    store = played.learners.node.content
    published = {each for each in played.secrets["kept"] if store.has(cid_of_file(each))}
    assert len(published) == len(clients_of(7)) + 1  # masked updates and the model, kept until they are shown
    told = [each for each in secrets - revealed - published if any(form in everything for form in forms(each))]
    assert [found_in(played.outputs, each) for each in told] == []
    assert len(secrets - revealed) > 50
    assert b"(redacted)" in everything


def test_the_owner_runs_every_run_again(played: Played) -> None:
    vault, count = vault_at(played.folder), 0
    on_chain = {signed_part(each) for each in played.extrinsics()}
    for recording in played.recordings:
        handed_in = played.data_of(recording) if count % 2 else None  # or those that were recorded
        replayed = replay(recording, DevRuntime, handed_in, vault=vault, is_data_trusted=True)
        assert replayed.difference is None
        assert replayed.extrinsics == tuple(map(signed_part, recording.extrinsics.values()))
        assert set(replayed.extrinsics) <= on_chain
        count += len(replayed.extrinsics)
    assert count >= 40


def test_rows_are_recorded_as_they_are_and_their_salts_are_not(played: Played) -> None:
    with_rows = [
        each for each in played.recordings if each.data is not None and rows_of("rows 0").features in each.data
    ]
    assert with_rows
    for recording in with_rows:
        withheld = [recording.withheld[each] for each in recording.data_secrets]
        assert {(each.what, each.length) for each in withheld} == {("a secret in the operator's data", 32)}
        with pytest.raises(SecretsMissing) as missing:
            replay(recording, DevRuntime, is_data_trusted=True)
        assert "lend it" in str(missing.value)
    told = played.outputs["('replay', '--trust-data') ()"].decode()
    assert (
        "the operator's data are recorded without their 1 secret, as salts and keys: lend it those of the node" in told
    )


def test_a_stranger_runs_what_needs_no_secret_and_is_told_what_the_others_need(played: Played) -> None:
    run, told = 0, set[str]()
    for recording in played.recordings:
        if needed(recording):
            with pytest.raises(SecretsMissing) as missing:
                replay(recording, DevRuntime, played.data_of(recording))
            told.add(str(missing.value).partition(" (host call")[0])
        else:
            assert replay(recording, DevRuntime, played.data_of(recording)).difference is None
            run += 1
    assert run > len(played.recordings) / 2
    assert "the run needs what random_seed came to" in told
    for kept in ("data_registry/key/ward", "data_registry/verdict/0", r"federated_round/hidden\x00\x00\x00\x00"):
        assert any(f"the run needs the value of secret/{kept}" in each for each in told), kept
