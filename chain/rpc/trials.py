"""What was tried or executed again, as the dev methods tell it: in chopsticks' form, and in one that has more."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from html import escape
from typing import Final

from chain.client.told import Told, ToldChange, ToldEvent, camel_case, plain
from chain.metadata import Metadata
from chain.node.trial import EVENTS, Execution, Trial, is_of_one_block
from chain.primitives import Hash
from chain.rpc.context import ServedRuntime
from chain.rpc.parameters import Json

METADATA: Final = (15, 14)
"""Versions, the best first: what every runtime of today has."""

PAGE: Final = (
    "<!doctype html><meta charset=utf-8><title>Dry run</title><style>body{{font-family:monospace}}"
    "td,th{{text-align:left;vertical-align:top;padding:.2em 1em}}</style>"
    "<table><tr><th>entry<th>before<th>after</tr>{rows}</table>"
)


def told_by(runtime: ServedRuntime) -> Told:
    """What tells of a runtime's states."""
    known = runtime.metadata_versions()
    version = next((each for each in METADATA if each in known), METADATA[-1])
    return _told(runtime.metadata_at_version(version) or b"")


def dry_run_answer(told: Told, found: Trial) -> Json:
    """old, new, delta: the entries that differ, as chopsticks has them; the rest is beside."""
    before = told.events(found.before.get(EVENTS))
    events = told.events(found.after.get(EVENTS))[len(before) :]
    changes = told.changes(found.before, found.after)
    old, new = _nested((each, each.before) for each in changes), _nested((each, each.after) for each in changes)
    failure = told.failure(events)
    return {
        "old": old,
        "new": new,
        "delta": delta(_without_events(old), new),
        "outcome": {"isSuccess": failure is None, "error": failure},
        "fee": plain(told.fee(events)),
        "events": [_event(told.event(each)) for each in events],
        "changes": _changes(changes),
    }


def raw_answer(found: Trial) -> Json:
    """Pairs of key and value, null where there is none any more."""
    return [[key, value] for key, value in found.after.items() if found.before[key] != value]


def page_answer(told: Told, found: Trial) -> str:
    """A web page with a table of what differs."""
    rows = (
        (f"{each.item}{_keys(each)}", each.before, each.after)
        for each in told.changes(found.before, found.after)
        if not is_of_one_block(each.storage_key)
    )
    shown = ("".join(f"<td>{escape('' if cell is None else str(cell))}" for cell in row) for row in rows)
    return PAGE.format(rows="".join(f"<tr>{row}</tr>" for row in shown))


def replay_answer(told: Told, found: Execution, expected: Hash) -> Json:
    """What a block did, and whether it comes out as its header says."""
    return {
        "refused": None if found.refused is None else str(found.refused),
        "stateRoot": found.state_root,
        "isSame": found.refused is None and found.state_root == expected,
        "events": [_event(told.event(each)) for each in told.events(found.after.get(EVENTS))],
        "changes": _changes(told.changes(found.before, found.after)),
    }


def delta(old: Json, new: Json) -> Json:
    """What differs, as jsondiffpatch writes it: [new], [old, new], [old, 0, 0], or an object of these; None if nothing.

    Items of lists are compared by their places.
    """
    if old == new:
        return None
    if isinstance(old, dict) and isinstance(new, dict):
        names = [*old, *(name for name in new if name not in old)]
        found = {name: _of_member(old, new, name) for name in names}
        return {name: each for name, each in found.items() if each is not None}
    if isinstance(old, list) and isinstance(new, list):
        return {"_t": "a", **_of_lists(old, new)}
    return [old, new]


def _of_member(old: dict[str, Json], new: dict[str, Json], name: str) -> Json:
    if name not in old:
        return [new[name]]
    return [old[name], 0, 0] if name not in new else delta(old[name], new[name])


def _of_lists(old: list[Json], new: list[Json]) -> dict[str, Json]:
    found = dict[str, Json]()
    for place in range(max(len(old), len(new))):
        pair = old[place : place + 1] + new[place : place + 1]
        is_nested = len(pair) == 2 and all(isinstance(each, dict | list) for each in pair)
        if is_nested and type(pair[0]) is type(pair[1]):
            inner = delta(*pair)
            if inner is not None:
                found[str(place)] = inner
        elif len(pair) < 2 or pair[0] != pair[1]:
            if place < len(old):
                found[f"_{place}"] = [old[place], 0, 0]
            if place < len(new):
                found[str(place)] = [new[place]]
    return found


def _nested(entries: Iterable[tuple[ToldChange, Json]]) -> dict[str, Json]:
    """Entries by pallet, item and keys, or by their storage key where the metadata has none."""
    whole = dict[str, Json]()
    for change, value in entries:
        pallet, dot, item = change.item.partition(".")
        path = [camel_case(pallet), camel_case(item), *map(str, change.keys)] if dot else [change.item]
        place = whole
        for name in path[:-1]:
            place = place.setdefault(name, {})
        place[path[-1]] = value
    return whole


def _without_events(old: dict[str, Json]) -> dict[str, Json]:
    """All events are told as new ones."""
    system = old.get("system", {})
    return {**old, "system": {**system, "events": []}} if system.get("events") else old


def _changes(changes: Iterable[ToldChange]) -> Json:
    return [
        {
            "storageKey": each.storage_key,
            "item": each.item,
            "keys": list(each.keys),
            "before": each.before,
            "after": each.after,
        }
        for each in changes
        if not is_of_one_block(each.storage_key)
    ]


def _event(event: ToldEvent) -> Json:
    return {"pallet": event.pallet, "name": event.name, "fields": event.fields, "extrinsic": event.extrinsic}


def _keys(change: ToldChange) -> str:
    return f"[{', '.join(map(str, change.keys))}]" if change.keys else ""


@lru_cache(maxsize=2)
def _told(metadata: bytes) -> Told:
    return Told(Metadata.decode(metadata))
