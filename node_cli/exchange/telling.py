"""Exchanges in words and in JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chain.primitives import AccountId
from chain.rpc.hexadecimal import to_hex
from node_cli.control.verb import table
from node_cli.exchange.recorded import Fields, Recorded, digits, option

Address = Callable[[AccountId], str]


def summary(number: int, found: Fields, address: Address) -> dict[str, Any]:
    """What a list says of an exchange."""
    return {
        "exchange": number,
        "owner": address(AccountId(found["owner"])),
        "phase": found["phase"].lower(),
        "round": found["number"],
        "rounds": found["plan"]["rounds"],
        "members": found["members"],
        "deadline": found["deadline"],
        "acted": found["acted"],
        "expected": found["expected"],
        "outcome": _outcome(found),
    }


def whole(recorded: Recorded, address: Address) -> dict[str, Any]:
    """All that the chain has of an exchange."""
    plan = recorded.exchange["plan"]
    return {
        **summary(recorded.number, recorded.exchange, address),
        "seed": digits(recorded.exchange["seed"]),
        "plan": {
            "settings": plan["settings"]["cid"].decode("ascii", "replace"),
            "purpose": digits(plan["purpose"]),
            "noise": plan["noise"] if isinstance(plan["noise"], str) else next(iter(plan["noise"])),
            "share_percent": round(100 * plan["share"] / 2**16),
            "minimum_members": plan["minimum_members"],
            "join": plan["join"],
            "push": plan["push"],
            "acknowledge": plan["acknowledge"],
        },
        "member": [
            {
                "account": address(who),
                "root": to_hex(member["data"]["root"]),
                "samples": member["data"]["samples"],
                "silent": member["silent"],
            }
            for who, member in recorded.members.items()
        ],
        "ring": [
            {"round": number, "members": [_acts(recorded, number, who, address) for who in ring]}
            for number, ring in recorded.rings.items()
        ],
    }


def listed(summaries: list[dict[str, Any]]) -> str:
    """The list for a person."""
    if not summaries:
        return "No exchange is open."
    return table({f"exchange {each['exchange']}": _line(each) for each in summaries})


def told(found: dict[str, Any]) -> str:
    """An exchange for a person."""
    lines = [f"Exchange {found['exchange']} of {found['owner']}: {_line(found)}.", ""]
    lines += [f"{name.replace('_', ' ')}: {value}" for name, value in found["plan"].items() if value is not None]
    lines += ["", f"{len(found['member'])} members"]
    lines += [
        f"  {each['account']}  {each['samples']} rows of {each['root']}"
        + (f", silent for {each['silent']} rounds" if each["silent"] else "")
        for each in found["member"]
    ]
    for ring in found["ring"]:
        lines.append(f"Round {ring['round'] + 1}")
        lines += [f"  {each['account']}  {_deeds(each)}" for each in ring["members"]]
    return "\n".join(lines)


def duty(recorded: Recorded, who: AccountId, now: int) -> tuple[str, str]:
    """What an account owes an exchange, by a word and in a sentence."""
    found = recorded.exchange
    number, place = found["number"], (found["number"], who)
    if found["phase"] == "Ended":
        return "nothing", "The exchange is over."
    if now >= found["deadline"]:
        return "go_on", "The phase is over: the next who acts, whoever that is, takes the exchange on."
    if who not in recorded.members:
        return "join", f"It is no member; it may join until block {found['deadline']}, or later for the next round."
    if found["phase"] == "Join":
        return "wait", f"It is a member; the ring is drawn after block {found['deadline']}."
    if who not in recorded.rings.get(number, ()):
        return "wait", "It came late: the next round's ring has a place for it."
    if found["phase"] == "Push":
        if place in recorded.pushes:
            return "wait", "It has shown its proxy, and waits for others."
        return "push", f"It has to show a proxy before block {found['deadline']}."
    if place not in recorded.pushes or place in recorded.heard:
        return "wait", "It has done what the round asks of it."
    return "acknowledge", f"It has to say which proxy it heard before block {found['deadline']}."


def _acts(recorded: Recorded, number: int, who: AccountId, address: Address) -> dict[str, Any]:
    shown, heard = recorded.pushes.get((number, who)), recorded.heard.get((number, who))
    return {
        "account": address(who),
        "proxy": None if shown is None else shown["cid"].decode("ascii", "replace"),
        "heard_from": None if heard is None else address(AccountId(heard["source"])),
        "heard_root": None if heard is None else digits(heard["root"]),
    }


def _deeds(acts: dict[str, Any]) -> str:
    if acts["proxy"] is None:
        return "showed nothing"
    if acts["heard_from"] is None:
        return f"showed {acts['proxy']}"
    what = "heard" if acts["heard_root"] is not None else "could not read the proxy of"
    return f"showed {acts['proxy']}, {what} {acts['heard_from']}"


def _line(found: dict[str, Any]) -> str:
    if found["outcome"] is not None:
        return f"ended, {found['outcome'].replace('_', ' ')}, {found['members']} members"
    where = f"round {found['round'] + 1} of {found['rounds']}, " if found["phase"] != "join" else ""
    return f"{where}{found['phase']} until block {found['deadline']}, {found['members']} members"


def _outcome(found: Fields) -> str | None:
    outcome = option(found["outcome"])
    return None if outcome is None else "".join(f"_{c.lower()}" if c.isupper() else c for c in outcome).strip("_")
