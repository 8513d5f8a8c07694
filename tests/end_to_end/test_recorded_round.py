"""A whole federated round is recorded and replayed, each participant with its private data: the same extrinsics."""

from __future__ import annotations

from chain.extrinsic import SignedExtrinsic, split
from chain.offchain.metering import Meter, Verdict
from chain.offchain.recorder import Recorder
from chain.offchain.recording import Recording
from chain.offchain.recording_file import decode_recording, encode_recording
from chain.offchain.replay import Replayed, replay, signed_part
from chain.offchain.withholding import SecretsMissing
from node_cli.scenario.conduct import StageRuntime
from node_cli.scenario.health import health
from node_cli.scenario.play import play
from node_cli.scenario.stage import Stage
from pallets.federated_round.data import encode_data_set, operator_of
from pallets.learning.stream import seed_for


def test_a_federated_round_is_the_same_again_without_its_chain() -> None:
    stage = Stage(health(3, 1, seed_for("test", 7)))
    recorder, meter = Recorder(), Meter()
    recorder.follow(stage.node)
    meter.follow(stage.node)
    play(stage, lambda _: None)
    files = [encode_recording(each) for each in recorder.recordings]

    data = {each.account: each.data for each in stage.node.workers.participants}
    replays, gone = list[Replayed](), list[tuple[Recording, str]]()
    for recording in map(decode_recording, files):
        try:
            replays.append(replay(recording, StageRuntime, data[recording.run.account], vault=recorder.vault))
        except SecretsMissing as missing:
            gone.append((recording, str(missing)))
    assert [each.difference for each in replays if each.difference is not None] == []
    ((registration, why),) = gone  # of the party that withdrew: what it drew then was destroyed with its data
    assert registration.run.account == next(
        each.account for each in stage.cast.parties if each.name == stage.scenario.withdraws
    )
    assert why.endswith("which its worker has destroyed since")

    on_chain = set[bytes]()
    for number in range(stage.now + 1):
        block = stage.node.chain.at(number)
        assert block is not None
        extrinsics = block.block.extrinsics
        on_chain |= {signed_part(each) for each in extrinsics if isinstance(split(each), SignedExtrinsic)}
    again = [extrinsic for each in replays for extrinsic in each.extrinsics]
    assert len(again) >= 40
    assert set(again) <= on_chain

    cost = meter.pallets["FederatedRound"]
    assert sum(each.runs for each in meter.pallets.values()) == len(files)
    assert cost.runs == sum(cost.verdicts.values())
    assert sum(each.included.total() for each in meter.pallets.values()) == len(again) + len(registration.extrinsics)
    assert cost.verdicts[Verdict.USEFUL] >= 20
    operators = [operator for private in data.values() if (operator := operator_of(private)) is not None]
    assert len(operators) >= 3
    rows = [bytes(encode_data_set(local.data)) for each in operators if (local := each.data) is not None]
    assert len(rows) >= 3
    for each in rows:
        assert not any(each[start : start + 100] in file for file in files for start in range(0, len(each), 100))
