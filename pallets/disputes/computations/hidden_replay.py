"""The mean of hidden updates made again from what was published: by whoever doubts it, or stands up for it.

files    those of the computation ‖ the settings ‖ the dealings ‖ the openings, sum by sum
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from chain.scale import codec_of
from pallets.disputes.computations.hidden_mean import HiddenMean, HiddenMeanSteps, HiddenSum, Shown
from pallets.disputes.computations.stream_replay import StreamReplay
from pallets.disputes.computations.streams import Opening, StreamState
from pallets.disputes.steps import ComputationRefused
from pallets.learning.fixed_point import WEIGHT_FRACTIONAL_BITS, divide
from pallets.learning.linear_model import (
    WEIGHT_LIMIT,
    LinearDecodeError,
    LinearModel,
    decode_linear,
    empty_model,
    encode_linear,
)
from pallets.learning.secure_aggregation.agreement import (
    MASK_PURPOSE,
    agree,
    clamped,
    own_mask_key,
    pair_of,
    seed_commitment,
)
from pallets.learning.secure_aggregation.message_codec import (
    MessageDecodeError,
    decode_dealing,
    decode_masked,
    decode_revealed,
)
from pallets.learning.secure_aggregation.messages import Dealing, Revealed, share_commitment
from pallets.learning.secure_aggregation.shamir import combine, weights_at_zero
from pallets.ml_registry.artifact import Artifact


class HiddenReplay(StreamReplay):
    """The trace of a hidden mean, and what each step reads."""

    def __init__(self, steps: HiddenMeanSteps, files: Sequence[bytes], settings: bytes, shown: Sequence[Shown]) -> None:
        """files: the bytes of `steps.files`; shown: what opens each dealer's masks"""
        super().__init__(steps, files)
        self._opening = steps.opening
        self._settings = settings
        self._shown = shown

    def _read(self, state: StreamState) -> bytes:
        return self._shown_to(state) if isinstance(state, Opening) else super()._read(state)

    def _next(self, state: StreamState) -> StreamState:
        if isinstance(state, Opening):
            return self._opening.opened(state, self._shown_to(state))
        return super()._next(state)

    def _shown_to(self, state: Opening) -> bytes:
        if not state.model:
            return self._settings
        return codec_of(Shown).encode(self._shown[len(state.secrets)])


def all_files(inputs: HiddenMean) -> tuple[Artifact, ...]:
    """What somebody needs who makes it all again."""
    told = (each for one in inputs.sums for each in (*one.dealings, *one.openings))
    return (*inputs.files, inputs.settings, *told)


def replay_of(steps: HiddenMeanSteps, files: Sequence[bytes]) -> tuple[bytes | None, HiddenReplay]:
    """The mean, None where nothing can be computed, and its states; files: the bytes of `all_files`.

    Raises ComputationRefused where what was opened gives no secret: then nobody can show the steps.
    """
    inputs, rest = steps.opening.inputs, iter(files)
    read = [next(rest) for _ in inputs.files]
    settings = next(rest)
    shown = [each for one in inputs.sums for each in _opened(one, rest)]
    replay = HiddenReplay(steps, read, settings, shown)
    return _mean(steps, read, settings, shown), replay


def _opened(one: HiddenSum, files: Iterator[bytes]) -> list[Shown]:
    """What opens the masks of each dealer of a sum."""
    dealt = [next(files) for _ in one.dealings]
    openings = [next(files) for _ in one.openings]
    try:
        dealings = {place: decode_dealing(data) for place, data in zip(one.dealers, dealt, strict=True)}
    except MessageDecodeError as error:
        raise ComputationRefused(f"a dealing: {error}") from None
    revealed = list(_readable(openings))
    shown = []
    for (place, dealing), data in zip(dealings.items(), dealt, strict=True):
        survives = place in one.survivors
        secret = _secret(one, dealing, revealed, survives=survives)
        if secret is None:
            raise ComputationRefused(f"the shares that were opened of client {place} do not give its secret")
        shown.append(Shown(secret.to_bytes(32, "little"), data if survives else b""))
    return shown


def _readable(openings: Sequence[bytes]) -> Iterator[Revealed]:
    for data in openings:
        try:
            yield decode_revealed(data)
        except MessageDecodeError:
            continue  # which the aggregators blame somebody for


def _secret(one: HiddenSum, dealing: Dealing, revealed: Sequence[Revealed], *, survives: bool) -> int | None:
    """A survivor's seed, or the mask key of who dropped, from shares that the dealer has committed to."""
    place = dealing.dealer
    commitments = dealing.seed_commitments if survives else dealing.key_commitments
    shares: dict[int, int] = {}
    for opened in revealed:
        share = (opened.seeds if survives else opened.keys).get(place)
        holder = opened.holder
        if share is None or holder not in one.survivors or holder >= len(commitments):
            continue
        if share_commitment(share, place, holder, one.roster) == commitments[holder]:
            shares[holder] = share
    holders = sorted(shares)[: one.threshold]
    if len(holders) < one.threshold:
        return None
    secret = combine([shares[holder] for holder in holders], weights_at_zero(holders))
    if survives:
        return secret if seed_commitment(secret, place) == dealing.seed else None
    secret = clamped(secret.to_bytes(32, "little"))
    return secret if pair_of(secret).public == one.masks[place] else None


def _mean(steps: HiddenMeanSteps, files: Sequence[bytes], settings: bytes, shown: Sequence[Shown]) -> bytes | None:
    """The mean of all words at once, as aggregators make it."""
    start = _start(steps.opening.inputs, files, settings)
    if start is None:
        return None
    inputs, secrets = steps.opening.inputs, iter(shown)
    masked = iter(files if inputs.base is None else files[1:])
    totals = [0] * len(start.weights)
    for one in inputs.sums:
        values = _summed(one, [next(masked) for _ in one.masked], [next(secrets) for _ in one.dealers], len(totals))
        if values is None or max(map(abs, values)) > len(one.survivors) * inputs.largest:
            return None
        samples, shift = sum(one.samples), WEIGHT_FRACTIONAL_BITS - inputs.fractional_bits
        for place, (value, before) in enumerate(zip(values, start.weights, strict=True)):
            mean = divide((value << shift) + before * samples, samples)
            totals[place] += min(max(mean, 1 - WEIGHT_LIMIT), WEIGHT_LIMIT - 1) * samples
    everybody = sum(sum(one.samples) for one in inputs.sums)
    weights = tuple(divide(total, everybody) for total in totals)
    return encode_linear(replace(start, weights=weights))


def _start(inputs: HiddenMean, files: Sequence[bytes], settings: bytes) -> LinearModel | None:
    from pallets.federated_round.settings import LinearSettings, SettingsError, decode_settings, quantiser_of

    try:
        told = decode_settings(settings)
        if not isinstance(told, LinearSettings):
            return None
        empty = empty_model(told.kind, len(quantiser_of(told).ranges), told.classes)
        base = empty if inputs.base is None else decode_linear(files[0])
    except (LinearDecodeError, SettingsError):
        return None
    return base if replace(base, weights=empty.weights) == empty else None


def _summed(one: HiddenSum, files: Sequence[bytes], shown: Sequence[Shown], parameters: int) -> list[int] | None:
    """The sum of a group's values; None where it is none of clients with these samples."""
    from pallets.learning.secure_aggregation.masks import Mask, apply_masks  # numpy is for those who argue

    try:
        residues = [decode_masked(data) for data in files]
    except MessageDecodeError:
        return None
    if any(each.shape != (parameters + 1,) or each.dtype.itemsize != 8 for each in residues):
        return None
    total = residues[0].copy()
    for each in residues[1:]:
        total += each
    masks = []
    for place, opened in zip(one.dealers, shown, strict=True):
        secret = int.from_bytes(opened.secret, "little")
        if place in one.survivors:
            masks.append(Mask(own_mask_key(secret, one.roster), is_subtracted=True))
            continue
        pair = pair_of(secret)
        for survivor in one.survivors:
            key = agree(pair, one.masks[survivor], one.roster, MASK_PURPOSE)
            masks.append(Mask(key, is_subtracted=place > survivor))
    apply_masks(total, masks)
    *values, weight = total.view("<i8").tolist()
    return values if weight == sum(one.samples) else None
