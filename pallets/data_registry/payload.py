"""Finds calls that could carry data: no argument of this project's pallets has room for rows, pictures or text.

    assert payload_arguments(runtime.calls, PALLETS) == []     PALLETS: the chain's own, by name

An argument is a finding where its encoding can have more than `LIMIT` bytes, unless it is declared with its reason;
so is a declaration that nothing bears out any more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from chain.record import record
from chain.scale import codec_of
from pallets.frame.call import CallTarget

LIMIT: Final = 512
"""Bytes: a data set's description has 330, one reading of a tracker about 500 in JSON."""

_A_CALL = "a call of this runtime, whose arguments are looked at themselves"

DECLARED: Final[Mapping[tuple[str, str, str], str]] = {
    ("Governance", "propose", "call"): _A_CALL,
    ("FederatedRound", "create_task", "test_sets"): "64 commitments of 32 bytes",
    ("FederatedRound", "commit_test_sets", "commitments"): "64 commitments of 32 bytes",
    ("FederatedRound", "reveal_aggregate", "aggregate"): "a CID, and at most 15 accounts",
    ("FederatedRound", "reveal_group", "aggregate"): "a CID, and accounts of a group at most",
    ("FederatedRound", "reveal_evaluation", "evaluation"): "at most 15 accounts with two numbers each",
    ("Disputes", "claim", "computation"): "CID, root and size of at most 33 files, and nothing that is none of these",
    ("Disputes", "commit", "path"): "at most 32 hashes",
    ("Disputes", "descend", "nodes"): "16 hashes",
    ("Disputes", "prove", "state"): "hashes and sums, of which the chain has the hash already",
    ("Disputes", "prove", "path"): "at most 32 hashes",
    ("Disputes", "prove", "witness"): "128 bytes of a file, of which the chain has the hash, and only if argued",
    ("MlRegistry", "publish_version", "contributors"): "at most 32 accounts with a share each",
    ("Inference", "place", "artifact"): "a model, of which the chain has the root, and nothing but trees",
    ("Inference", "add_chunk", "chunk"): "a part of a model, likewise; what turns out to be none serves nobody",
    ("Inference", "predict", "rows"): "steps of features that the asker shows; who would not, proves or asks a view",
    ("Inference", "check_prediction", "rows"): "steps of features, likewise",
    ("Inference", "check_prediction", "proof"): "paths of a model, of which the chain has the root",
}
"""Arguments that are larger, and why."""


@record
class Finding:
    """An argument that could carry data; most: bytes of its encoding, None without bound, 0 if it is not there."""

    pallet: str
    call: str
    argument: str
    most: int | None

    def __str__(self) -> str:
        place = f"{self.pallet}.{self.call}({self.argument})"
        if self.most == 0:
            return f"{place} is declared without need: take it out of the declarations"
        size = "any number of" if self.most is None else f"up to {self.most}"
        return f"{place} takes {size} bytes: give it a bound, or pass a CID and a root"


def payload_arguments(
    calls: Iterable[CallTarget],
    pallets: Collection[str],
    declared: Mapping[tuple[str, str, str], str] = DECLARED,
    limit: int = LIMIT,
) -> list[Finding]:
    """The arguments of some pallets' calls that could carry data, in order; none where all is well."""
    found = []
    borne_out = set()
    for target in calls:
        if target.pallet not in pallets:
            continue
        for name, hint in target.definition.parameters:
            most = codec_of(hint, target.scope).max_size
            if most is not None and most <= limit:
                continue
            place = (target.pallet, target.name, name)
            borne_out.add(place)
            if place not in declared:
                found.append(Finding(*place, most))
    unneeded = [place for place in declared if place[0] in pallets and place not in borne_out]
    found.extend(Finding(*place, 0) for place in unneeded)
    return sorted(found, key=lambda each: (each.pallet, each.call, each.argument))
