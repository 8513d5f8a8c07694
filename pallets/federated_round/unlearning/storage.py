"""Where it stands who has learnt from which data; all of it is empty where nothing was erased, but `learnt`."""

from __future__ import annotations

from chain.primitives import U32, AccountId, Hash
from pallets.federated_round.config import Config
from pallets.federated_round.types import RoundNumber, TaskId
from pallets.federated_round.unlearning.types import Learnt, Redo
from pallets.frame.pallet import Pallet
from pallets.frame.storage import Identity, StorageDoubleMap, StorageMap, StorageValue, Twox64


class UnlearningStorage(Pallet[Config]):
    """What is to be unlearnt, and how far that is."""

    learnt: StorageDoubleMap[Identity[Hash], Twox64[TaskId], Learnt | None]
    """From the root of data to the tasks whose versions have learnt from them."""

    erased: StorageMap[Identity[Hash], bool]
    """Roots of erased data, which nobody trains on again."""

    named_by: StorageMap[Identity[Hash], AccountId | None]
    """The account that first enrolled with each root: nobody else can register it, and so erase what it names."""

    due: StorageDoubleMap[Twox64[TaskId], Identity[Hash], Learnt | None]
    """Erased data that versions in use have learnt from."""

    redo: StorageMap[Twox64[TaskId], Redo | None]
    """The rounds that tasks do again."""

    redone: StorageDoubleMap[Twox64[TaskId], Twox64[RoundNumber], RoundNumber | None]
    """From a round to the one that it does again."""

    unfinished: StorageValue[U32]
    """Entries of `due` and `redo`, so that nobody need look whether there are any."""

    def has_unlearning(self) -> bool:
        """Whether anything is to be unlearnt."""
        return self.unfinished.get() > 0

    def name_data(self, root: Hash, who: AccountId) -> None:
        """An account enrols with data."""
        if not self.named_by.contains_key(root):
            self.named_by.insert(root, who)

    def may_register(self, root: Hash, owner: AccountId) -> bool:
        """Whether data may be registered as an account's: rounds do not know them as somebody else's."""
        return self.named_by.get(root) in (None, owner)

    def put_due(self, task: TaskId, root: Hash, learnt: Learnt) -> None:
        """Erased data are to be unlearnt."""
        if not self.due.contains_key((task, root)):
            self._count_unfinished(1)
        self.due.insert((task, root), learnt)

    def clear_due(self, task: TaskId) -> None:
        """What learnt from a task's erased data is withdrawn."""
        self._count_unfinished(-sum(1 for _ in self.due.iter_keys((task,))))
        self.due.clear(prefix=(task,))

    def put_redo(self, task: TaskId, redo: Redo) -> None:
        """A task has rounds to do again, or less of them than before."""
        if not self.redo.contains_key(task):
            self._count_unfinished(1)
        self.redo.insert(task, redo)

    def drop_redo(self, task: TaskId) -> None:
        """A task has done all its rounds again."""
        self._count_unfinished(-1)
        self.redo.remove(task)

    def check_unlearning(self) -> None:
        """The count is that of what there is; for `try_state`."""
        there = sum(1 for items in (self.due, self.redo) for _ in items.iter_keys())
        assert there == self.unfinished.get(), f"{there} things to unlearn, counted as {self.unfinished.get()}"

    def _count_unfinished(self, change: int) -> None:
        self.unfinished.put(self.unfinished.get() + change)
