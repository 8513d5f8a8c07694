"""Storage by pallet, item and key, written as JSON: what chopsticks' `dev_setStorage` takes.

    {"System": {"Account": [[["5GrwvaEF…"], {"providers": 1, "data": {"free": 1000000000000}}]]},
     "Sudo": {"Key": "5GrwvaEF…"},
     "Balances": {"$removePrefix": ["Holds"], "TotalIssuance": 7}}

An entry of a map is its keys in an array, then its value; null removes it. Values are written as in a genesis config,
but for fields of records that are left out, which have their default. Names may begin small, as polkadot.js has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from chain.node.override import StorageChanges
from pallets.frame.composition import Composition
from pallets.frame.declaration import StorageDeclaration
from pallets.frame.pallet import Pallet
from pallets.frame.storage import StorageMap, StorageValue
from runtime.genesis_json import GenesisJsonError, Json, value_from_json

REMOVE_PREFIX: Final = "$removePrefix"


def typed_changes(runtime: Composition, values: Mapping[str, Json]) -> StorageChanges:
    """The storage keys and values that such JSON means; raises GenesisJsonError with the path of what is wrong.

    runtime: on the state that they are for, with nothing written to it; counters of maps follow
    """
    pallets = {pallet.name: pallet for pallet in runtime.pallets}
    for written, items in values.items():
        name = _named(written, pallets)
        if name not in pallets:
            raise GenesisJsonError(name, f"unknown pallet; there are {', '.join(sorted(pallets))}")
        if not isinstance(items, dict):
            raise GenesisJsonError(name, "must be an object of storage items")
        declared = {each.name: each for each in pallets[name].declaration.storage}
        for item in _removed(name, items):
            _clear(pallets[name], _declared(declared, name, item))
        for item, value in items.items():
            if item != REMOVE_PREFIX:
                _write(pallets[name], _declared(declared, name, item), value, f"{name}.{item}")
    return runtime.storage.changes


def _removed(pallet: str, items: Mapping[str, Json]) -> list[str]:
    names = items.get(REMOVE_PREFIX, [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise GenesisJsonError(f"{pallet}.{REMOVE_PREFIX}", "must be an array of names of storage items")
    return [name for name in names if isinstance(name, str)]


def _declared(declared: Mapping[str, StorageDeclaration], pallet: str, item: str) -> StorageDeclaration:
    name = _named(item, declared)
    if name not in declared:
        known = ", ".join(sorted(declared)) or "none"
        raise GenesisJsonError(f"{pallet}.{item}", f"unknown storage item; there are {known}")
    return declared[name]


def _named(written: str, known: Mapping[str, object]) -> str:
    """The one of the names that is meant, also where it is written in camelCase."""
    if written in known:
        return written
    return next((name for name in known if name.lower() == written.lower()), written)


def _clear(pallet: Pallet[Any], declared: StorageDeclaration) -> None:
    item = _item(pallet, declared)
    if isinstance(item, StorageValue):
        item.kill()
    else:
        item.clear()


def _write(pallet: Pallet[Any], declared: StorageDeclaration, value: Json, path: str) -> None:
    item, scope = _item(pallet, declared), pallet.layout.scope
    default = declared.options.default if declared.options.has_default else None
    if isinstance(item, StorageValue):
        if value is None:
            item.kill()
        else:
            item.put(value_from_json(declared.value, value, path, scope, default))
        return
    if not isinstance(value, list):
        raise GenesisJsonError(path, "a map is written as an array of entries [[key, …], value]")
    for index, entry in enumerate(value):
        here = f"{path}[{index}]"
        keys, inner = entry if isinstance(entry, list) and len(entry) == 2 else (None, None)
        if not isinstance(keys, list):
            raise GenesisJsonError(here, "must be an entry [[key, …], value]")
        key = _key(pallet, declared, keys, here)
        if inner is None:
            item.remove(key)
        else:
            item.insert(key, value_from_json(declared.value, inner, f"{here}[1]", scope, default))


def _key(pallet: Pallet[Any], declared: StorageDeclaration, keys: list[Json], path: str) -> Any:
    if len(keys) != len(declared.keys):
        raise GenesisJsonError(f"{path}[0]", f"must be an array of {len(declared.keys)} keys, not of {len(keys)}")
    hints, scope = declared.keys, pallet.layout.scope
    made = [value_from_json(hint, keys[at], f"{path}[0][{at}]", scope) for at, hint in enumerate(hints)]
    return made[0] if len(made) == 1 else tuple(made)


def _item(pallet: Pallet[Any], declared: StorageDeclaration) -> StorageValue[Any] | StorageMap[Any, Any]:
    item: StorageValue[Any] | StorageMap[Any, Any] = getattr(pallet, declared.attribute)
    return item
