"""Where it stands who has learnt from which data; all of it is empty where nothing was erased, but `learnt`."""

from __future__ import annotations

from chain.primitives import Hash
from pallets.federated_round.config import Config
from pallets.federated_round.types import RoundNumber, TaskId
from pallets.federated_round.unlearning.types import Learnt, Redo
from pallets.frame.pallet import Pallet
from pallets.frame.storage import Identity, StorageDoubleMap, StorageMap, Twox64


class UnlearningStorage(Pallet[Config]):
    """What is to be unlearnt, and how far that is."""

    learnt: StorageDoubleMap[Identity[Hash], Twox64[TaskId], Learnt | None]
    """From the root of data to the tasks whose versions have learnt from them."""

    erased: StorageMap[Identity[Hash], bool]
    """Roots of erased data, which nobody trains on again."""

    due: StorageDoubleMap[Twox64[TaskId], Identity[Hash], Learnt | None]
    """Erased data that versions in use have learnt from."""

    redo: StorageMap[Twox64[TaskId], Redo | None]
    """The rounds that tasks do again."""

    redone: StorageDoubleMap[Twox64[TaskId], Twox64[RoundNumber], RoundNumber | None]
    """From a round to the one that it does again."""

    def has_unlearning(self) -> bool:
        """Whether anything is to be unlearnt."""
        return any(True for _ in self.due.iter_keys()) or any(True for _ in self.redo.iter_keys())
