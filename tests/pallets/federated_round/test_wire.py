"""The numbers of events and errors are wire format: a new one goes to the end."""

from __future__ import annotations

import pytest

from pallets import federated_round, governance, ml_registry, staking
from pallets.frame.error import PalletError
from pallets.frame.event import PalletEvent

EVENTS: dict[type[PalletEvent], str] = {
    federated_round.Event: "TaskCreated ToppedUp TestSetsCommitted TaskClosed RoundStarted PhaseBegan Enrolled "
    "RolesDrawn Committed Revealed Agreed TestSetRevealed Settled RoundEnded RewardThresholdChanged PurposeSet "
    "UnlearningDue KeysAnnounced SharesDealt MissingReported SharesOpened GroupsFixed GroupsDealt DeliveryWaits "
    "DeliveryDropped Mended RolledBack Unlearnt Stands StoodDown LeftOut",
    governance.Event: "Proposed Voted Accepted Rejected Cancelled Enacted MemberAdded MemberRemoved Spent",
    ml_registry.Event: "AlgorithmRegistered AlgorithmSwitched ModelCreated VersionPublished SharesTransferred "
    "VersionWithdrawn VersionSuperseded DividendReceived DividendClaimed",
    staking.Event: "Bonded Unbonded Withdrawn Slashed Rewarded ReputationChanged",
}

ERRORS: dict[type[PalletError], str] = {
    federated_round.Error: "UnknownTask NotOwner OwnerMayNotEnrol SplitUnbalanced SeatsImpossible ScheduleImpossible "
    "FractionTooLarge NoSamples TooManySamples PoolTooSmall NoTestSet TooManyTestSets RoundIsLive TooManyLive "
    "WrongRound WrongPhase NothingOffered AlreadyEnrolled TooManyEnrolled StakeTooSmall NotDrawn AlreadyCommitted "
    "NothingCommitted AlreadyRevealed SealBroken EmptyArtifact UnknownClient TestSetReused ThresholdTooLarge "
    "TooManyAdversaries RuleImpossible RuleUnsuited TooManyClients NotPermitted PurposeUnknowable "
    "AlgorithmNotHideable RuleNotHideable TooFewToHide SumTooLarge SumNoiseImpossible KeyReplayed KeyWeak NotInSum "
    "NoiseUnsuited NoiseImpossible ShapeUnsuited TooFewInGroups StaleUpdate TooManyWaiting "
    "NotDisputable DataErased UnlearningIsDue NothingToUnlearn TurnsNotHideable BuffersNotHideable "
    "TiersNotSums NotStanding BasisDiffers UnsealedUnsuited",
    governance.Error: "NotMember AlreadyMember TooManyMembers LastMember UnknownProposal VoteIsOver Undecided "
    "TooManyProposals CallTooLarge CallTooHeavy",
    ml_registry.Error: "UnknownAlgorithm AlgorithmDisabled UnknownModel NotOwner NameMissing UnknownParent "
    "ForeignParent EmptyArtifact SharesUnbalanced ShareTooSmall TooManyHolders "
    "AlreadyWithdrawn TooManyDescendants NothingEarned NoCurrency",
    staking.Error: "NothingBonded BelowMinimumBond TooManyChunks NothingToWithdraw",
}


@pytest.mark.parametrize(("family", "names"), EVENTS.items())
def test_events_keep_their_numbers(family: type[PalletEvent], names: str) -> None:
    assert [family.variants[index].__name__ for index in range(len(family.variants))] == names.split()


@pytest.mark.parametrize(("family", "names"), ERRORS.items())
def test_errors_keep_their_numbers(family: type[PalletError], names: str) -> None:
    assert [family.errors[index].__name__ for index in range(len(family.errors))] == names.split()
