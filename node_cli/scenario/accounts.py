"""Who earned and who lost what: each account's books, from its first balance to its last.

    end = start + earned + checks + won - slashed - forfeited - fees - pools

holds to the planck for everybody whose money moves for no other reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from chain.primitives import AccountId, Balance
from node_cli.scenario.cast import Player
from node_cli.scenario.chronicle import BlockEntry
from node_cli.scenario.outcome import AccountResult
from node_cli.scenario.stage import Stage
from node_cli.scenario.wording import REASONS
from pallets.data_registry import CheckOutcome, DataSetId, Verdict
from pallets.data_registry.events import CheckEnded, DataSetRegistered, VerdictRevealed
from pallets.disputes import ClaimId
from pallets.disputes.events import BondLost, Decided
from pallets.federated_round.events import Settled, TaskClosed, TaskCreated
from runtime.dev import EXISTENTIAL_DEPOSIT


def account_results(stage: Stage, blocks: Sequence[BlockEntry]) -> tuple[AccountResult, ...]:
    """The books of all players, in the order of the cast."""
    genesis = stage.node.runtime_at(stage.node.chain.genesis.hash)
    fees = _fees(blocks)
    pools = _pools(blocks)
    checks, forfeited = _checks(stage, blocks)
    won, bonds = _bonds(blocks)
    forfeited.update(bonds)
    results = []
    for player in stage.cast.everybody:
        settled = _settled(player, blocks)
        reasons = Counter(REASONS[event.reason][0] for event in settled)
        results.append(
            AccountResult(
                name=player.name,
                part=player.part,
                deed=player.deed,
                start=genesis.balances.total_balance(player.account),
                end=stage.runtime.balances.total_balance(player.account),
                earned=sum(event.paid for event in settled),
                slashed=sum(event.slashed for event in settled),
                fees=fees[player.account],
                pools=pools[player.account],
                checks=checks[player.account],
                forfeited=forfeited[player.account],
                won=won[player.account],
                stake=stage.runtime.staking.active(player.account),
                reputation=stage.runtime.staking.reputation.get(player.account),
                reasons=tuple(reasons.most_common()),
            )
        )
    return tuple(results)


def _settled(player: Player, blocks: Sequence[BlockEntry]) -> list[Settled]:
    events = (event for block in blocks for event in block.events)
    return [event for event in events if isinstance(event, Settled) and event.who == player.account]


def _fees(blocks: Sequence[BlockEntry]) -> Counter[AccountId]:
    fees: Counter[AccountId] = Counter()
    for block in blocks:
        for call in block.calls:
            if call.signer is not None:
                fees[call.signer] += call.fee
    return fees


def _pools(blocks: Sequence[BlockEntry]) -> Counter[AccountId]:
    """What owners put into their tasks, the pots' existential deposits included, less what came back."""
    pools: Counter[AccountId] = Counter()
    owners: dict[int, AccountId] = {}
    for block in blocks:
        for event in block.events:
            if isinstance(event, TaskCreated):
                owners[event.task] = event.owner
                pools[event.owner] += event.pool + EXISTENTIAL_DEPOSIT
            elif isinstance(event, TaskClosed):
                pools[owners[event.task]] -= event.refund
    return pools


def _checks(stage: Stage, blocks: Sequence[BlockEntry]) -> tuple[Counter[AccountId], Counter[AccountId]]:
    """What checkers earned and owners paid them, and the deposits of what was refuted.

    The owner pays one fee a data set, which those share whose verdict had the majority, rounded down.
    """
    earned, forfeited = Counter[AccountId](), Counter[AccountId]()
    owners: dict[DataSetId, AccountId] = {}
    verdicts: dict[DataSetId, dict[AccountId, Verdict]] = {}
    for event in (event for block in blocks for event in block.events):
        if isinstance(event, DataSetRegistered):
            owners[event.data_set], verdicts[event.data_set] = event.owner, {}
        elif isinstance(event, VerdictRevealed):
            verdicts[event.data_set][event.who] = event.verdict
        elif isinstance(event, CheckEnded) and event.outcome is not CheckOutcome.UNDECIDED:
            owner, told = owners[event.data_set], verdicts[event.data_set]
            agreed = Counter(told.values()).most_common(1)[0][0]
            winners = [who for who, verdict in told.items() if verdict is agreed]
            part = stage.runtime.data_registry.config.check_fee // len(winners)
            earned.update(dict.fromkeys(winners, part))
            earned[owner] -= part * len(winners)
            forfeited[owner] += event.slashed
    return earned, forfeited


def _bonds(blocks: Sequence[BlockEntry]) -> tuple[Counter[AccountId], Counter[AccountId]]:
    """What winners of disputes got, and what losers lost."""
    won, lost = Counter[AccountId](), Counter[AccountId]()
    winners: dict[ClaimId, AccountId | None] = {}
    for event in (event for block in blocks for event in block.events):
        if isinstance(event, Decided):
            winners[event.claim] = event.winner
        elif isinstance(event, BondLost):
            lost[event.who] += event.amount
            winner = winners[event.claim]
            if winner is not None:
                won[winner] += event.paid
    return won, lost


def treasury_of(stage: Stage) -> Balance:
    """What was slashed, where it gathers."""
    return stage.runtime.balances.total_balance(stage.runtime.staking.config.slash_destination)
