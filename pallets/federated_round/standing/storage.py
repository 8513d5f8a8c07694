"""Who stands for which task. Tasks that everybody enrols for round by round leave all of it empty."""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Final

from chain.primitives import U32, AccountId, Hash, MaxLen
from pallets.federated_round.config import Config
from pallets.federated_round.events import Stands, StoodDown
from pallets.federated_round.standing.types import Hindrance
from pallets.federated_round.types import Enrolment, TaskId
from pallets.frame.pallet import Pallet
from pallets.frame.storage import Identity, StorageDoubleMap, StorageMap, StorageNMap, StorageValue, Twox64

MOST_AT_ONCE: Final = 64
"""Standing enrolments that an erasure takes its data out of at once; from others each task's next round does."""

DataKey = tuple[Identity[Hash], Twox64[TaskId], AccountId]


class StandingStorage(Pallet[Config]):
    """Standing enrolments, and tasks that wait for some."""

    standing: StorageDoubleMap[Twox64[TaskId], AccountId, Enrolment | None]
    """What accounts offer to each round of a task that is to come."""

    standing_count: StorageMap[Twox64[TaskId], U32]
    """How many stand for each task."""

    standing_with: StorageNMap[DataKey, bool]
    """From the root of data to who stands with them, so that an erasure finds them."""

    awaiting: StorageValue[Annotated[tuple[TaskId, ...], MaxLen(Config.max_live)]]
    """Tasks without a phase to enrol in that wait for accounts which stand, the newest last: so that workers see them.

    They are new, or too few stood for their last round. The oldest makes room for a new one; it is seen in its rounds.
    """

    def stands_for(self, task: TaskId) -> dict[AccountId, Enrolment]:
        """Who stands for a task, in the order of accounts."""
        return {who: offer for (_, who), offer in sorted(self.standing.iter(prefix=(task,))) if offer is not None}

    def put_standing(self, task: TaskId, who: AccountId, offer: Enrolment) -> None:
        """An account stands from now on, or with something else than before."""
        before = self.standing.get((task, who))
        if before is None:
            self.standing_count.insert(task, self.standing_count.get(task) + 1)
        elif before.data is not None:
            self.standing_with.remove((before.data.root, task, who))
        if offer.data is not None:
            self.standing_with.insert((offer.data.root, task, who), True)
        self.standing.insert((task, who), offer)
        self.deposit_event(Stands(task, who, 0 if offer.data is None else offer.data.samples, offer.duties))

    def end_standing(self, task: TaskId, who: AccountId, offer: Enrolment, because: Hindrance | None) -> None:
        """An account stands no longer. because: None where it does not want to"""
        if offer.data is not None:
            self.standing_with.remove((offer.data.root, task, who))
        self.standing.remove((task, who))
        left = self.standing_count.get(task) - 1
        if left:
            self.standing_count.insert(task, left)
        else:
            self.standing_count.remove(task)
        self.deposit_event(StoodDown(task, who, because))

    def take_data_out(self, task: TaskId, who: AccountId, offer: Enrolment) -> None:
        """The data that an account stands with are erased; it goes on standing where it offers duties as well."""
        if offer.duties:
            self.put_standing(task, who, Enrolment(None, offer.duties))
        else:
            self.end_standing(task, who, offer, Hindrance.DATA_ERASED)

    def take_erased_out(self, root: Hash) -> None:
        """Data are erased: nobody stands with them."""
        for _, task, who in list(islice(self.standing_with.iter_keys((root,)), MOST_AT_ONCE)):
            offer = self.standing.get((task, who))
            if offer is not None:
                self.take_data_out(task, who, offer)

    def drop_standing(self, task: TaskId) -> int:
        """A task is closed: nobody stands for it; how many did."""
        offers = self.stands_for(task)
        for who, offer in offers.items():
            if offer.data is not None:
                self.standing_with.remove((offer.data.root, task, who))
            self.standing.remove((task, who))
        self.standing_count.remove(task)
        self.stop_awaiting(task)
        return len(offers)

    def await_standing(self, task: TaskId) -> None:
        """A task waits for accounts that stand for it."""
        others = (each for each in self.awaiting.get() if each != task)
        self.awaiting.put((*others, task)[-self.config.max_live :])

    def check_standing(self) -> None:
        """Everybody who stands is counted, and found by its data; for `try_state`."""
        counts, roots = dict[TaskId, int](), set[tuple[Hash, TaskId, AccountId]]()
        for (task, who), offer in self.standing.iter():
            assert offer is not None, f"{who.hex()} is listed and does not stand"
            assert offer.data is not None or offer.duties, f"{who.hex()} stands for nothing"
            counts[task] = counts.get(task, 0) + 1
            if offer.data is not None:
                roots.add((offer.data.root, task, who))
        counted = dict(self.standing_count.iter())
        assert counts == counted, f"so many stand for each task: {counts}, counted as {counted}"
        assert roots == set(self.standing_with.iter_keys()), "those who stand are not those found by their data"
        assert max(counts.values(), default=0) <= self.config.max_enrolled, "too many stand for a task"

    def stop_awaiting(self, task: TaskId) -> None:
        """A task waits no longer: a round begins, or it is closed."""
        waiting = self.awaiting.get()
        if task in waiting:
            self.awaiting.put(tuple(each for each in waiting if each != task))
