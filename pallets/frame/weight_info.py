"""Weight formulas by name: what benchmarks say that calls cost, declared by hand or imported from Rust.

A pallet that lets its runtime choose has them in its config, and its calls name the formula that is theirs:

    WEIGHTS = WeightInfo(
        {
            "transfer_allow_death": formula(48_834_000, 3593, reads=1, writes=1),
            "upgrade_accounts": formula(14_674_000, 990).per("u", 14_648_188, 2603, reads=1, writes=1),
        }
    )

    @config
    class Config:
        weights: WeightInfo = WEIGHTS

    @call(0, weight=benchmarked("transfer_allow_death"))

and a call whose weight depends on its arguments says how, in a function of them and of `config`:

    def upgrade_accounts_weight(config: Config, who: list[AccountId]) -> Weight:
        return config.weights.of("upgrade_accounts", u=len(who))

`pallets.frame.weights_rs` reads the other WeightInfo that a runtime may put in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import prod
from typing import Final, Protocol

from chain.primitives import U32, U64
from chain.record import record
from pallets.frame.weight import ROCKSDB_READ, ROCKSDB_WRITE, U64_MAX, Weight


@record
class DbWeight:
    """Picoseconds of one storage read and of one write (sp_weights::RuntimeDbWeight)."""

    read: U64
    write: U64

    def of(self, reads: int = 0, writes: int = 0) -> Weight:
        """The weight of so many accesses."""
        return Weight(min(self.read * reads + self.write * writes, U64_MAX))


ROCKSDB: Final = DbWeight(ROCKSDB_READ, ROCKSDB_WRITE)

PARITYDB: Final = DbWeight(8_000_000, 50_000_000)
"""polkadot-sdk, ParityDbWeight."""

NO_DATABASE: Final = DbWeight(0, 0)


class WeightError(LookupError):
    """A weight was asked for that is not there, or for other components than it has."""


@record
class WeightTerm:
    """One summand of a formula: computing time, proof and accesses, times the product of some components."""

    weight: Weight = Weight()
    reads: U64 = 0
    writes: U64 = 0
    components: tuple[str, ...] = ()


@record
class ComponentRange:
    """Between which values, both included, a component was benchmarked."""

    name: str
    low: U32
    high: U32


@record
class WeightFormula:
    """A weight as benchmarking gives it: a sum of terms over the sizes that a call depends on.

    components: in the order of the benchmark
    ranges: as far as they are known
    """

    terms: tuple[WeightTerm, ...]
    components: tuple[str, ...] = ()
    ranges: tuple[ComponentRange, ...] = ()

    def per(
        self, component: str, ref_time: int = 0, proof_size: int = 0, *, reads: int = 0, writes: int = 0
    ) -> WeightFormula:
        """With what each unit of a component adds; picoseconds and bytes."""
        known = self.components if component in self.components else (*self.components, component)
        term = WeightTerm(Weight(ref_time, proof_size), reads, writes, (component,))
        return WeightFormula((*self.terms, term), known, self.ranges)

    def of(self, database: DbWeight, values: Mapping[str, int]) -> Weight:
        """The weight for these components, each dimension held at the largest u64."""
        ref_time = proof_size = 0
        for term in self.terms:
            times = prod(values[name] for name in term.components)
            accesses = database.read * term.reads + database.write * term.writes
            ref_time += (term.weight.ref_time + accesses) * times
            proof_size += term.weight.proof_size * times
        return Weight(min(ref_time, U64_MAX), min(proof_size, U64_MAX))


def formula(ref_time: int = 0, proof_size: int = 0, *, reads: int = 0, writes: int = 0) -> WeightFormula:
    """A weight that depends on nothing yet; picoseconds and bytes."""
    return WeightFormula((WeightTerm(Weight(ref_time, proof_size), reads, writes),))


class WeightInfo:
    """Weight formulas by name, over one database.

    Compiled layouts are kept for each object of it, so a runtime makes it once and not for each state.
    """

    def __init__(
        self, formulas: Mapping[str, WeightFormula], database: DbWeight = ROCKSDB, source: str = "declared by hand"
    ) -> None:
        """source: where they come from, as errors shall name it"""
        self.formulas = dict(formulas)
        self.database = database
        self.source = source

    def of(self, name: str, **components: int) -> Weight:
        """The weight under a name; raises WeightError where there is none, or it has other components."""
        found = self.formulas.get(name)
        if found is None:
            raise WeightError(f"{self.source} has no weight {name}")
        if components.keys() != set(found.components):
            wanted = ", ".join(found.components) or "nothing"
            given = ", ".join(components) or "nothing"
            raise WeightError(f"{self.source}: the weight {name} depends on {wanted}, not on {given}")
        return found.of(self.database, components)

    def on(self, database: DbWeight) -> WeightInfo:
        """The same formulas over another database."""
        return WeightInfo(self.formulas, database, self.source)

    def replacing(self, formulas: Mapping[str, WeightFormula]) -> WeightInfo:
        """With other formulas under some names."""
        return WeightInfo({**self.formulas, **formulas}, self.database, self.source)

    def require(self, declared: WeightInfo, pallet: str) -> None:
        """Raises WeightError where a weight that the pallet declares is missing, or depends on something else."""
        wrong = list(_differences(self.formulas, declared.formulas))
        if wrong:
            raise WeightError(f"{self.source} does not fit {pallet}: {'; '.join(wrong)}")


def _differences(given: Mapping[str, WeightFormula], declared: Mapping[str, WeightFormula]) -> Iterable[str]:
    for name, wanted in declared.items():
        found = given.get(name)
        if found is None:
            yield f"no weight {name}"
        elif set(found.components) != set(wanted.components):
            had, asked = (", ".join(each.components) or "nothing" for each in (found, wanted))
            yield f"{name} depends on {had}, not on {asked}"


class Weighed(Protocol):
    """A config that has weights."""

    @property
    def weights(self) -> WeightInfo:
        """The pallet's weight formulas."""
        ...


def benchmarked(name: str) -> Callable[[Weighed], Weight]:
    """The weight of a call that is the formula `name` of its pallet's config, whatever its arguments."""

    def weight(config: Weighed) -> Weight:
        return config.weights.of(name)

    return weight
