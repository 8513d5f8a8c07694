"""The mean of updates that are hidden in sums: masks are taken off chunk by chunk, one client after the other.

    files                 base version, where there is one ‖ masked updates of all survivors, group by group
    Heading → Opening     the settings are read, from which the shape follows; then each dealer's secret is shown
    Opening → Summing     a client's chunk without its masks is added; a group's last one gives the group's mean

A secret is the seed of a survivor's own mask, or the mask key of a dealer that dropped. Whoever shows one does it
against what was said before anybody could know which one would be opened: the dealing's commitment to the seed, the
public key on chain. So one secret fits and no other, and shares need not be combined here. Every mask follows from
secrets and public keys (`learning.secure_aggregation`), and any sixteen words of one are made in a moment.

Judged is what comes of the groups that the aggregators call summed. Not judged is which bytes were there in time: who
survived, the chain has fixed; whose sums could not be opened, and who is to blame for that, the aggregators say.
Who claims a sum that nobody can open has no step to show, and neither has who challenges it. Residues have 64 bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from struct import Struct, pack, unpack
from typing import Annotated, Final

from chain.crypto.hashing import blake2_256
from chain.primitives import U8, U32, U64, Bytes32, Hash, MaxLen
from chain.record import record
from chain.scale import DecodeError, codec_of
from pallets.disputes.computations.compression import BLOCK_BYTES
from pallets.disputes.computations.streams import (
    WORDS,
    Failed,
    Finished,
    Header,
    Opening,
    StreamState,
    StreamSteps,
    Summing,
    encoded,
    with_head,
)
from pallets.disputes.computations.tape import MAX_FILES, Compress, Heads, Witness, Writer, popped
from pallets.disputes.steps import IMPOSSIBLE, StepRefused
from pallets.disputes.types import MAX_WITNESS
from pallets.learning.fixed_point import WEIGHT_FRACTIONAL_BITS, divide
from pallets.learning.linear_model import (
    HEADER_BYTES,
    WEIGHT_LIMIT,
    empty_model,
    encode_linear,
    weights_of,
)
from pallets.learning.secure_aggregation.agreement import (
    MASK_PURPOSE,
    agree,
    clamped,
    own_mask_key,
    pair_of,
    seed_commitment,
)
from pallets.learning.secure_aggregation.mask_pieces import piece_of
from pallets.learning.secure_aggregation.shamir import PRIME
from pallets.ml_registry.artifact import Artifact

WORD_BYTES: Final = 8
RESIDUES: Final = 2**64

MASKED: Final = Struct("<4sBI")
"""The header of a masked update (`secure_aggregation.message_codec`): magic, bits of a residue, residues."""

SEED_PLACE: Final = slice(12, 44)
"""Where a dealing has the commitment to its dealer's seed, after magic, dealer and clients."""

assert MASKED.size == HEADER_BYTES, "files of both kinds are cut alike"

Members = Annotated[tuple[U8, ...], MaxLen(MAX_FILES)]
Artifacts = Annotated[tuple[Artifact, ...], MaxLen(MAX_FILES)]


@record
class HiddenSum:
    """One sum, and what it is made of.

    roster: the digest that keys are bound to; threshold: of shares that give a secret
    masks: the public mask keys of all members; dealers, survivors: their places
    samples, masked: what each survivor counts for, and sent; dealings: of the dealers
    openings: of the survivors that opened shares, for whoever computes it all again
    """

    roster: Hash
    threshold: U32
    masks: Annotated[tuple[Bytes32, ...], MaxLen(MAX_FILES)]
    dealers: Members
    survivors: Members
    samples: Annotated[tuple[U32, ...], MaxLen(MAX_FILES)]
    masked: Artifacts
    dealings: Artifacts
    openings: Artifacts


@record
class HiddenMean:
    """What the mean is computed of.

    settings: of the task, which say what shape a model has; base: what all began from, None for zeros
    fractional_bits: of a step; largest: what one client can add to a value, in steps
    """

    settings: Artifact
    base: Artifact | None
    fractional_bits: U8
    largest: U64
    sums: Annotated[tuple[HiddenSum, ...], MaxLen(MAX_FILES)]

    @property
    def files(self) -> tuple[Artifact, ...]:
        """What is read from its beginning to its end."""
        masked = tuple(each for one in self.sums for each in one.masked)
        return masked if self.base is None else (self.base, *masked)


@record
class Shown:
    """What opens one dealer's masks. dealing: its bytes, where the secret is a survivor's seed"""

    secret: Bytes32
    dealing: Annotated[bytes, MaxLen(MAX_WITNESS)]


class HiddenMeanProgram:
    """Takes off the masks of all updates, chunk by chunk, and divides each group's sum, and then the whole, once."""

    header = HEADER_BYTES

    def __init__(self, inputs: HiddenMean) -> None:
        self.inputs = inputs
        self._first = 0 if inputs.base is None else 1
        self._sizes = [file.size for file in inputs.files]
        pairs = [(one, place) for one in inputs.sums for place in range(len(one.survivors))]
        self._clients = pairs
        self.dealers = [(one, place) for one in inputs.sums for place in one.dealers]

    def header_of(self, file: int, data: bytes) -> Header | None:
        """The header of a masked update of as many bytes as it says; the base's is looked at with the settings."""
        if file < self._first:
            return Header(b"", 0)
        if len(data) != MASKED.size:
            return None
        fits = MASKED.unpack(data) == (b"PLM\x01", 64, (self._sizes[file] - MASKED.size) // WORD_BYTES)
        return Header(b"", 0) if fits else None

    def begin(self, heads: Heads, header: bytes, counts: tuple[int, ...]) -> StreamState:
        """Nothing is opened."""
        return Opening(heads, header, b"", ())

    def opened(self, state: Opening, witness: bytes) -> StreamState:
        """The state after the settings, or one more secret, are shown; raises StepRefused."""
        if not state.model:
            return self._shaped(state, witness)
        try:
            shown: Shown = codec_of(Shown).decode(witness)
        except DecodeError as error:
            raise StepRefused(str(error)) from None
        one, place = self.dealers[len(state.secrets)]
        self._check(one, place, shown)
        secrets = (*state.secrets, shown.secret)
        if len(secrets) < len(self.dealers):
            return Opening(state.heads, state.first, state.model, secrets)
        left = (self._sizes[self._first] - HEADER_BYTES) // WORD_BYTES
        writer = Writer().written(state.model)
        return Summing(state.heads, left, self._first_file(left), (), (), (), secrets, writer)

    def work(self, state: StreamState, witness: Witness, compress: Compress) -> StreamState:
        """Read the base's chunk, or add a client's without its masks."""
        if not isinstance(state, Summing):
            raise StepRefused(f"{type(state).__name__} is no state of a hidden mean")
        below, chunk = popped(state.heads[state.file], witness)
        heads = with_head(state.heads, state.file, below)
        if state.file < self._first:
            before = unpack(f"<{len(chunk) // WORD_BYTES}q", chunk)
            if not all(-WEIGHT_LIMIT < weight < WEIGHT_LIMIT for weight in before):
                return Failed()
            return Summing(heads, state.left, state.file + 1, before, (), (), state.secrets, state.writer)
        residues = self._unmasked(state, chunk)
        sums = state.sums or (0,) * len(residues)
        sums = tuple((one + other) % RESIDUES for one, other in zip(sums, residues, strict=True))
        totals = state.totals
        group, client = self._clients[state.file - self._first]
        if client + 1 == len(group.survivors):
            added = self._with_group(state, group, sums)
            if added is None:
                return Failed()
            sums, totals = (), added
        if state.file + 1 < len(self._sizes):
            return Summing(heads, state.left, state.file + 1, state.before, sums, totals, state.secrets, state.writer)
        samples = sum(sum(one.samples) for one in self.inputs.sums)
        words = [divide(total, samples) for total in totals]
        if not all(-WEIGHT_LIMIT < word < WEIGHT_LIMIT for word in words):
            return Failed()
        writer = state.writer.written(pack(f"<{len(words)}q", *words), compress)
        left = state.left - len(residues)
        if left:
            return Summing(heads, left, self._first_file(left), (), (), (), state.secrets, writer)
        return Finished(*writer.finished(compress))

    def steps_at_most(self) -> int:
        """The settings, a step for each secret, and one for each chunk."""
        return 1 + len(self.dealers) + sum(-(-size // BLOCK_BYTES) + 1 for size in self._sizes)

    # Parts

    def _shaped(self, state: Opening, settings: bytes) -> StreamState:
        """What the settings say of a model; nothing can be computed where the files are of another shape."""
        from pallets.federated_round.settings import LinearSettings, SettingsError, decode_settings, quantiser_of

        told = self.inputs.settings
        if len(settings) != told.size or blake2_256(settings) != told.root:
            raise StepRefused("these are not the task's settings")
        try:
            decoded = decode_settings(settings)
        except SettingsError:
            return Failed()
        if not isinstance(decoded, LinearSettings):
            return Failed()
        features = len(quantiser_of(decoded).ranges)
        model = encode_linear(empty_model(decoded.kind, features, decoded.classes))[:HEADER_BYTES]
        size = HEADER_BYTES + WORD_BYTES * weights_of(features, decoded.classes)
        expected = [size] * self._first + [size + WORD_BYTES] * len(self._clients)
        if self._sizes != expected or (self._first and state.first != model):
            return Failed()
        return Opening(state.heads, state.first, model, ())

    def _check(self, one: HiddenSum, place: int, shown: Shown) -> None:
        secret = int.from_bytes(shown.secret, "little")
        if place not in one.survivors:
            fits = clamped(shown.secret) == secret and not shown.dealing
            if not fits or pair_of(secret).public != one.masks[place]:
                raise StepRefused(f"this is not the mask key of client {place}")
            return
        dealing = one.dealings[one.dealers.index(place)]
        if len(shown.dealing) != dealing.size or blake2_256(shown.dealing) != dealing.root:
            raise StepRefused(f"this is not what client {place} dealt")
        if secret >= PRIME or seed_commitment(secret, place) != shown.dealing[SEED_PLACE]:
            raise StepRefused(f"this is not the seed of client {place}")

    def _unmasked(self, state: Summing, chunk: bytes) -> tuple[int, ...]:
        """A client's residues without its own mask, and without what it shares with those who dropped."""
        group, client = self._clients[state.file - self._first]
        place, words = group.survivors[client], Struct(f"<{len(chunk) // WORD_BYTES}Q")
        all_words = (self._sizes[self._first] - HEADER_BYTES) // WORD_BYTES
        first = WORD_BYTES * (all_words - state.left)
        known = {
            dealer: secret for (one, dealer), secret in zip(self.dealers, state.secrets, strict=True) if one is group
        }
        residues = words.unpack(chunk)
        for dealer, secret in known.items():
            if dealer != place and dealer in group.survivors:
                continue  # what two survivors share is in both
            key = _own_key(secret, group.roster) if dealer == place else _key(secret, group.masks[place], group.roster)
            sign = 1 if place > dealer else -1  # its own, and what it has added for a dealer of a higher number
            mask = words.unpack(piece_of(key, first, len(chunk)))
            residues = tuple((word + sign * other) % RESIDUES for word, other in zip(residues, mask, strict=True))
        return residues

    def _with_group(self, state: Summing, group: HiddenSum, sums: tuple[int, ...]) -> tuple[int, ...] | None:
        """The totals with a group's mean for each of its samples; None where no clipped updates give such sums."""
        values = [one - RESIDUES if one >= RESIDUES // 2 else one for one in sums]
        samples, shift = sum(group.samples), WEIGHT_FRACTIONAL_BITS - self.inputs.fractional_bits
        if len(values) == state.left and values.pop() != samples:  # the last word of all is the weight
            return None
        if any(abs(value) > len(group.survivors) * self.inputs.largest for value in values):
            return None
        before = state.before or (0,) * len(values)
        means = [
            divide((value << shift) + begun * samples, samples) for value, begun in zip(values, before, strict=True)
        ]
        held = [min(max(mean, 1 - WEIGHT_LIMIT), WEIGHT_LIMIT - 1) for mean in means]
        totals = state.totals or (0,) * len(held)
        return tuple(total + mean * samples for total, mean in zip(totals, held, strict=True))

    def _first_file(self, left: int) -> int:
        """The base has one word less than the masked updates, whose last is a weight."""
        return 0 if self._first and left > 1 else self._first


class HiddenMeanSteps(StreamSteps):
    """The same as steps; what opens masks is no block of a file, so those steps read something else."""

    def __init__(self, inputs: HiddenMean) -> None:
        """Raises ComputationRefused."""
        self.opening = HiddenMeanProgram(inputs)
        super().__init__(inputs.files, self.opening)

    def step(self, state: bytes, witness: bytes, places: Sequence[int] = ()) -> bytes:
        """The state after a step, wherever it stands; raises StepRefused."""
        try:
            before: StreamState = codec_of(StreamState).decode(state)
        except DecodeError as error:
            raise StepRefused(str(error)) from None
        if not isinstance(before, Opening):
            return super().step(state, witness, places)
        try:
            return encoded(self.opening.opened(before, witness))
        except StepRefused:
            raise
        except IMPOSSIBLE as error:
            raise StepRefused(f"no computation leads to this Opening: {error}") from None


@lru_cache(maxsize=2048)
def _own_key(seed: bytes, roster: bytes) -> bytes:
    return own_mask_key(int.from_bytes(seed, "little"), roster)


@lru_cache(maxsize=2048)
def _key(secret: bytes, public: bytes, roster: bytes) -> bytes:
    """What a dealer that dropped and a survivor agreed on."""
    return agree(pair_of(int.from_bytes(secret, "little")), public, roster, MASK_PURPOSE)


assert WORDS * WORD_BYTES == BLOCK_BYTES
