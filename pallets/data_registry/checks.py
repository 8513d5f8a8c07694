"""The course of a check: a panel is drawn, seals verdicts, opens them, and is paid or punished.

Checkers are drawn by lottery over stake and reputation, by the hash of the block that the check began in: nobody
chooses who looks at a data set. More than half of the panel decides. What lies on hold moves like this:

    confirmed    pledge: the fee to those who agreed, the rest to a doubted owner or back to a registrant
    refuted      deposit: the bounty to the challenger, the rest to the slash destination; fee and pledge as above,
                 but a challenger's rest is its own again
    undecided    everything back

A checker whom the majority contradicts loses part of its stake, as does one who says nothing, unless the data set
was erased meanwhile.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from chain.crypto.hashing import blake2_256
from chain.primitives import AccountId, Balance, BlockNumber, Hash
from pallets.data_registry.errors import TooManyChecks
from pallets.data_registry.events import CheckEnded, CheckerPunished, PanelDrawn
from pallets.data_registry.storage import HoldReason, RegistryStorage
from pallets.data_registry.types import Check, CheckOutcome, CheckPhase, DataSetId, Status, Verdict
from pallets.frame.error import DispatchError, ensure
from pallets.frame.weight import Weight, db
from pallets.staking.lottery import draw

DRAW_BLOCKS = 10
"""How long a check waits for randomness; block hashes need one block."""

MILLION = 1_000_000


def seal_of(data_set: DataSetId, opened: BlockNumber, who: AccountId, salt: bytes, verdict: Verdict) -> Hash:
    """What a checker commits before it reveals verdict and salt: worthless to whoever copies it."""
    place = data_set.to_bytes(4, "little") + opened.to_bytes(4, "little")
    return Hash(blake2_256(b"palletlab/verdict" + place + who + salt + bytes((verdict,))))


def open_check(
    registry: RegistryStorage, data_set: DataSetId, owner: AccountId, challenger: AccountId | None, pledge: Balance
) -> None:
    """Begin a check; raises TooManyChecks, and DispatchError where the pledge cannot be held."""
    under_way, now = registry.open_checks.get(), registry.block_number()
    ensure(len(under_way) < registry.config.max_checks, TooManyChecks)
    check = Check(owner, challenger, pledge, 0, now, CheckPhase.DRAW, now + DRAW_BLOCKS, (), 0, 0)
    registry.config.currency.hold(registry.reason(HoldReason.PLEDGE), check.payer, pledge)
    registry.open_checks.put((*under_way, data_set))
    registry.checks.insert(data_set, check)


def advance(registry: RegistryStorage, data_set: DataSetId, now: BlockNumber) -> Weight:
    """Take a check on whose phase is over; what it cost."""
    check = registry.check(data_set)
    if check.phase is CheckPhase.DRAW:
        seed = registry.config.beacon.after(check.opened)
        if seed is not None:
            return _draw_panel(registry, data_set, check, seed)
    everybody_acted = check.phase is not CheckPhase.DRAW and check.acted == check.expected
    if now < check.deadline and not everybody_acted:
        return db(reads=1)
    if check.phase is CheckPhase.COMMIT and check.acted:
        revealing = replace(
            check,
            phase=CheckPhase.REVEAL,
            deadline=now + registry.config.reveal_blocks,
            acted=0,
            expected=check.acted,
        )
        registry.checks.insert(data_set, revealing)
        return db(reads=1, writes=1)
    return _end(registry, data_set, check)


def _draw_panel(registry: RegistryStorage, data_set: DataSetId, check: Check, seed: Hash) -> Weight:
    config = registry.config
    checkers = registry.checkers.get()
    able = [
        (who, config.stakes.lottery_weight(who))
        for who in checkers
        if who not in (check.owner, check.challenger) and config.stakes.active(who) >= config.minimum_stake
    ]
    panel = draw(able, config.panel_seats, blake2_256(b"palletlab/check" + data_set.to_bytes(4, "little") + seed))
    weight = db(reads=2 + 3 * len(checkers), writes=1)
    if len(panel) < config.minimum_panel:
        return weight + _end(registry, data_set, check)
    deadline = registry.block_number() + config.commit_blocks
    drawn = replace(check, phase=CheckPhase.COMMIT, deadline=deadline, panel=panel, acted=0, expected=len(panel))
    registry.checks.insert(data_set, drawn)
    registry.deposit_event(PanelDrawn(data_set, panel))
    return weight


def _end(registry: RegistryStorage, data_set: DataSetId, check: Check) -> Weight:
    ballots = {key[1]: ballot for key, ballot in registry.ballots.drain((data_set,)) if ballot is not None}
    verdicts = {who: ballot.verdict for who, ballot in ballots.items() if ballot.verdict is not None}
    agreed = _majority(list(verdicts.values()), len(check.panel))
    outcome = _outcome_of(agreed)
    winners = [who for who in check.panel if agreed is not None and verdicts.get(who) is agreed]
    _judge_panel(registry, data_set, check, verdicts, agreed)
    slashed = _settle_deposit(registry, data_set, check, outcome)
    _settle_pledge(registry, check, outcome, winners)
    registry.checks.remove(data_set)
    registry.open_checks.put(tuple(each for each in registry.open_checks.get() if each != data_set))
    registry.deposit_event(CheckEnded(data_set, outcome, slashed))
    return db(reads=6 + 6 * len(check.panel), writes=8 + 6 * len(check.panel))


def _majority(verdicts: list[Verdict], panel: int) -> Verdict | None:
    return next((verdict for verdict, count in Counter(verdicts).items() if 2 * count > panel), None)


def _outcome_of(agreed: Verdict | None) -> CheckOutcome:
    if agreed is None:
        return CheckOutcome.UNDECIDED
    return CheckOutcome.CONFIRMED if agreed is Verdict.MATCHES else CheckOutcome.REFUTED


def _judge_panel(
    registry: RegistryStorage,
    data_set: DataSetId,
    check: Check,
    verdicts: dict[AccountId, Verdict],
    agreed: Verdict | None,
) -> None:
    """Slash and record faults of who was absent or contradicted; record the success of who agreed."""
    stakes, config = registry.config.stakes, registry.config
    is_gone = not registry.data_sets.contains_key(data_set)
    for who in check.panel:
        verdict = verdicts.get(who)
        if verdict is None and is_gone:
            continue  # nobody can be asked to look at what its owner has erased
        if verdict is not None and (agreed is None or verdict is agreed):
            if agreed is not None:
                stakes.record_success(who)
            continue
        share = config.absence_slash if verdict is None else config.dissent_slash
        slashed = stakes.slash(who, stakes.bonded(who) * share // MILLION)
        stakes.record_fault(who)
        registry.deposit_event(CheckerPunished(data_set, who, slashed))


def _settle_deposit(registry: RegistryStorage, data_set: DataSetId, check: Check, outcome: CheckOutcome) -> Balance:
    """Write the verdict, and take the deposit or free what an erased data set left; how much was taken."""
    found = registry.data_sets.get(data_set)
    at_stake = check.orphaned if found is None else found.deposit
    if found is not None and outcome is not CheckOutcome.UNDECIDED:
        if outcome is CheckOutcome.REFUTED:
            registry.data_sets.insert(data_set, replace(found, status=Status.REFUTED, deposit=0))
        else:
            registry.data_sets.insert(data_set, replace(found, status=Status.CONFIRMED))
    if outcome is not CheckOutcome.REFUTED:
        if found is None:
            _release(registry, HoldReason.DATA_SET, check.owner, at_stake)
        return 0
    bounty = at_stake * registry.config.bounty_percent // 100 if check.challenger is not None else 0
    if check.challenger is not None:
        bounty = _pay(registry, HoldReason.DATA_SET, check.owner, check.challenger, bounty)
    _forfeit(registry, check.owner, at_stake - bounty)
    return at_stake


def _settle_pledge(registry: RegistryStorage, check: Check, outcome: CheckOutcome, winners: list[AccountId]) -> None:
    fee = min(registry.config.check_fee, check.pledge)
    rest = check.pledge
    for who in winners:
        rest -= _pay(registry, HoldReason.PLEDGE, check.payer, who, fee // len(winners))
    if outcome is CheckOutcome.CONFIRMED and check.challenger is not None:
        rest -= _pay(registry, HoldReason.PLEDGE, check.payer, check.owner, rest)
    _release(registry, HoldReason.PLEDGE, check.payer, rest)


def _pay(registry: RegistryStorage, reason: HoldReason, source: AccountId, dest: AccountId, amount: Balance) -> Balance:
    """Held funds to another account; nothing where it cannot receive them. How much."""
    try:
        with registry.storage.transaction():
            return registry.config.currency.transfer_on_hold(registry.reason(reason), source, dest, amount, force=True)
    except DispatchError:
        return 0


def _forfeit(registry: RegistryStorage, owner: AccountId, amount: Balance) -> None:
    """To the slash destination; burnt where that account cannot receive it."""
    paid = _pay(registry, HoldReason.DATA_SET, owner, registry.config.slash_destination, amount)
    if paid < amount:
        held = registry.reason(HoldReason.DATA_SET)
        registry.config.currency.burn_held(held, owner, amount - paid, best_effort=True, force=True)


def _release(registry: RegistryStorage, reason: HoldReason, who: AccountId, amount: Balance) -> None:
    if amount:
        registry.config.currency.release(registry.reason(reason), who, amount)
