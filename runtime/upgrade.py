"""A new runtime over an old state: single-block migrations, in FRAME's order, and their rehearsal.

`migrate` runs in the first block of a new version; `rehearse` is what try-runtime does: the same between checks of
what was before and after.
"""

from __future__ import annotations

from collections.abc import Sequence

from pallets.frame.guard import read_only
from pallets.frame.migration import MigrationCheckFailed, RuntimeUpgrade, has_storage, put_storage_version
from pallets.frame.weight import Weight, db
from pallets.system.types import LastRuntimeUpgradeInfo
from runtime.parts import RuntimeParts


def is_upgraded(runtime: RuntimeParts) -> bool:
    """Whether this runtime is newer than the one that last migrated the state, or another."""
    last, version = runtime.system.last_runtime_upgrade.get(), runtime.version
    return last is None or version.spec_version > last.spec_version or version.spec_name != last.spec_name


def migrate(runtime: RuntimeParts) -> Weight:
    """Run all migrations where the runtime is new; the weight used."""
    if not is_upgraded(runtime):
        return Weight()
    used = _initialize_versions(runtime)
    for upgrade in upgrades(runtime):
        used = used + upgrade.on_runtime_upgrade()
    _note_upgrade(runtime)
    return used


def upgrades(runtime: RuntimeParts) -> Sequence[RuntimeUpgrade]:
    """The runtime's own migrations, then its pallets', which may use state that those have brought up to date."""
    return [*runtime.single_block_migrations, *runtime.with_hook("on_runtime_upgrade")]


def _initialize_versions(runtime: RuntimeParts) -> Weight:
    """A pallet that has nothing in the state is new: its storage has the version of its code."""
    used = Weight()
    for pallet in runtime.pallets:
        if has_storage(pallet):
            used = used + db(reads=1)
        else:
            put_storage_version(pallet, pallet.storage_version)
            used = used + db(reads=1, writes=1)
    return used


def _note_upgrade(runtime: RuntimeParts) -> None:
    version = runtime.version
    runtime.system.last_runtime_upgrade.put(LastRuntimeUpgradeInfo(version.spec_version, version.spec_name))


def rehearse(runtime: RuntimeParts) -> Weight:
    """Run all migrations between their checks, and then every pallet's own; the weight used.

    Raises MigrationCheckFailed where a `pre_upgrade` or `post_upgrade` fails, WriteRefused where one writes, and
    TryStateError where the migrated state contradicts itself.
    """
    used = _initialize_versions(runtime)
    for upgrade in upgrades(runtime):
        used = used + _rehearse_one(runtime, upgrade)
    _note_upgrade(runtime)
    runtime.try_state()
    return used


def _rehearse_one(runtime: RuntimeParts, upgrade: RuntimeUpgrade) -> Weight:
    name = type(upgrade).__name__
    try:
        with read_only(runtime.storage, f"{name}.pre_upgrade"):
            before = upgrade.pre_upgrade()
        used = upgrade.on_runtime_upgrade()
        with read_only(runtime.storage, f"{name}.post_upgrade"):
            upgrade.post_upgrade(before)
    except AssertionError as problem:
        raise MigrationCheckFailed(f"{name}: {problem}") from problem
    return used
