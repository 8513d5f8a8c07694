"""Why a call of the FederatedRound pallet fails; the order is wire format."""

from __future__ import annotations

from pallets.frame.error import PalletError


class Error(PalletError):
    """Why a call failed."""


class UnknownTask(Error):
    """No task has this id, or it was closed."""


class NotOwner(Error):
    """Only the task's, or the model's, owner may do this."""


class OwnerMayNotEnrol(Error):
    """The owner knows the test set."""


class SplitUnbalanced(Error):
    """The percentages of the roles do not add up to a hundred."""


class SeatsImpossible(Error):
    """Some role has no seat or too many, or fewer clients fit than are needed."""


class ScheduleImpossible(Error):
    """A phase has no block, or stake could be withdrawn before the round ends."""


class FractionTooLarge(Error):
    """A part is larger than the whole."""


class NoSamples(Error):
    """At least one sample must count."""


class TooManySamples(Error):
    """The task counts fewer samples a client."""


class PoolTooSmall(Error):
    """The pool does not pay for a round."""


class NoTestSet(Error):
    """No test set is committed for the next round."""


class TooManyTestSets(Error):
    """Enough test sets are committed ahead."""


class RoundIsLive(Error):
    """A round of the task is running."""


class TooManyLive(Error):
    """Rounds of too many tasks are running."""


class WrongRound(Error):
    """That round of the task is not running."""


class WrongPhase(Error):
    """The round is not in the phase for this."""


class NothingOffered(Error):
    """Whoever enrols offers data, duties or both."""


class AlreadyEnrolled(Error):
    """The account takes part already."""


class TooManyEnrolled(Error):
    """The lottery is full."""


class StakeTooSmall(Error):
    """The task asks for more at stake."""


class NotDrawn(Error):
    """The account has not got the role for this."""


class AlreadyCommitted(Error):
    """The account has committed already."""


class NothingCommitted(Error):
    """The account has committed nothing."""


class AlreadyRevealed(Error):
    """The account has revealed already."""


class SealBroken(Error):
    """What is revealed, or its salt, is not what was committed."""


class EmptyArtifact(Error):
    """An artifact has bytes, and a CID to find them by; only an aggregate of no updates has no model."""


class UnknownClient(Error):
    """The clients are not those who revealed an update that is in the aggregate, in ascending order."""


class TestSetReused(Error):
    """The task has used the same test set before."""

    __test__ = False  # no class of tests


class ThresholdTooLarge(Error):
    """No metric can improve by more than a million parts per million."""


class TooManyAdversaries(Error):
    """The rule does not withstand so many adversaries among the fewest clients that a round goes on with."""


class RuleImpossible(Error):
    """The aggregation rule has a number that no step can be made with."""


class RuleUnsuited(Error):
    """Trees are kept, not joined by a rule; networks have the mean or a robust one, linear models any."""


class TooManyClients(Error):
    """Exact contributions are for up to sixteen clients: take fewer seats, or sampled contributions."""


class NotPermitted(Error):
    """The data's owner has not permitted the task's purpose, or the round does one again that they had no part in."""


class PurposeUnknowable(Error):
    """This chain has no registry of permits."""


class AlgorithmNotHideable(Error):
    """Masked trees add up to nothing: hide averaged linear models or networks, or show the trees in an open task."""


class RuleNotHideable(Error):
    """Of hidden updates nobody but their sum is known: the rule needs more of them, or grouped secrecy."""


class TooFewToHide(Error):
    """The smallest sum would not hide a client from those who collude, or could not be found."""


class SumTooLarge(Error):
    """The sum of so many clients wraps, or its encoding has a number that none has."""


class SumNoiseImpossible(Error):
    """Noise in a sum is of 4 to 2^40 steps, Skellam's to 2^14 (take fewer fractional bits to have more), or none."""


class KeyReplayed(Error):
    """A key was announced in this round before, or serves twice."""


class KeyWeak(Error):
    """The key gives everybody the same secret."""


class NotInSum(Error):
    """The client is in no sum: it announced or dealt nothing, its shares did not arrive, or it has not survived."""


class NoiseUnsuited(Error):
    """Noise goes on the weights of linear models, under a rule whose clients tell nothing else of their rows."""


class NoiseImpossible(Error):
    """The noise has no width, no length to cut steps to, or more of it than 64 bits hold."""


class ShapeUnsuited(Error):
    """The task's rounds, algorithm or secrecy do not go with this shape, or its numbers are impossible."""


class TooFewInGroups(Error):
    """There are two groups at least, and each has a client and an aggregator in the smallest round."""


class StaleUpdate(Error):
    """The update began from a version that is too old, or that is none of the model's line."""


class TooManyWaiting(Error):
    """Enough updates wait for the next buffer."""


class NotDisputable(Error):
    """Judged are means of linear models, open or hidden with 64 bits, and joined forests, on a chain with a judge."""


class DataErased(Error):
    """The data of this root were erased: nobody trains on them again."""


class UnlearningIsDue(Error):
    """A version in use has learnt from erased data: `unlearn` comes first."""


class NothingToUnlearn(Error):
    """No version of the task that is in use has learnt from erased data."""


class TurnsNotHideable(Error):
    """In a cycle the next client trains on what one client made, so no sum hides it: have all train at once."""


class BuffersNotHideable(Error):
    """Nobody knows whose updates will fill a buffer, so nobody can share its secrets with them: have rounds instead."""


class TiersNotSums(Error):
    """A hierarchical round hides updates in its groups: choose grouped secrecy of just as many groups."""


class NotStanding(Error):
    """The account does not stand for the task."""


class BasisDiffers(Error):
    """What is stated without a seal was made of something else than this chain says: of another fork, or too early."""


class UnsealedUnsuited(Error):
    """Open updates of drawn clients can go unsealed; hidden ones show nothing to copy, and buffers fill at any time."""
