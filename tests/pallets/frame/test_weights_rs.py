"""Weight files generated for Rust runtimes."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets import sudo, timestamp
from pallets.assets.weights import WEIGHTS as ASSETS
from pallets.balances.weights import WEIGHTS as BALANCES
from pallets.frame.rust_tokens import RustSourceError
from pallets.frame.weight import Weight, db
from pallets.frame.weight_info import NO_DATABASE, PARITYDB, ComponentRange, WeightFormula, WeightInfo
from pallets.frame.weights_rs import implementations, import_weights, weights_of
from pallets.multisig.weights import WEIGHTS as MULTISIG
from pallets.proxy.weights import WEIGHTS as PROXY
from pallets.system.weights import WEIGHTS as SYSTEM
from pallets.utility.weights import WEIGHTS as UTILITY

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "weights"
REAL = os.environ.get("PALLETLAB_RUST_WEIGHTS", "")
"""A folder with weight files of real Rust runtimes, which this repository does not hold."""


def test_a_pallets_own_file_gives_the_weights_of_its_runtime_implementation() -> None:
    weights = import_weights(FIXTURES / "pallet_sample.rs")
    assert list(weights.formulas) == ["nothing", "plain", "lists", "unused"]
    assert weights.of("nothing") == Weight()
    assert weights.of("plain") == db(2, 1, ref_time=11_000_000, proof_size=1493)
    lists = db(3 + 7, 2 * 7, ref_time=16_500_000 + 7 * 13_900_000 + 4 * 5000, proof_size=990 + 7 * 2603 + 4 * 8)
    assert weights.of("lists", n=7, m=4) == lists
    assert weights.of("unused", s=9) == db(1, 2, ref_time=7000)
    assert weights.formulas["lists"].ranges == (ComponentRange("n", 1, 1000), ComponentRange("m", 0, 64))


def test_a_runtimes_own_file_is_another_template_of_the_same() -> None:
    weights = import_weights(FIXTURES / "runtime_sample.rs", database=PARITYDB)
    assert weights.of("plain") == Weight(12_000_000 + 2 * 8_000_000 + 50_000_000, 1493)
    ref_time = 16_500_000 + 2 * 13_900_000 + 9 * 3 * 2 + 4 * 50_000_000
    assert weights.of("lists", n=2, m=3) == Weight(ref_time, 990)


def test_an_implementation_is_chosen_by_its_type() -> None:
    source = (FIXTURES / "pallet_sample.rs").read_text()
    found = implementations(source)
    assert [(each.trait, each.target, each.line) for each in found] == [
        ("WeightInfo", "SubstrateWeight", 17),
        ("WeightInfo", "()", 57),
    ]
    assert weights_of(source, implementation="()").of("lists", n=9, m=0) == Weight(9)
    rocks = weights_of(source, implementation="()", database=NO_DATABASE).of("plain")
    assert rocks == db(2, 1, ref_time=11_000_000, proof_size=1493)  # it names its database itself
    assert weights_of("impl WeightInfo for () { fn a() -> Weight { Weight::zero() } }").of("a") == Weight()


IMPL = "impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {\n"

REFUSED = [
    ("", None, "w.rs:1: no weight function here; implementations: none"),
    (
        f"{IMPL}fn a() -> Weight {{ Weight::zero() }} }}",
        "B",
        "w.rs:1: no weight function of B here; implementations: S",
    ),
    (f"{IMPL}fn a() -> Weight {{ 1 }} }} " * 2, None, "w.rs:2: more than one implementation, say which: Substrate"),
    (f"{IMPL}fn a() -> Weight {{ 1 }} fn a() -> Weight {{ 1 }} }}", None, "w.rs:2: a second function a"),
    (f"{IMPL}fn a() -> u64 {{ 1 }} }}", None, "w.rs:2: a gives `u64`, no Weight"),
    (f"{IMPL}fn a(n: u64) -> Weight {{ 1 }} }}", None, "w.rs:2: component n is no u32"),
    (f"{IMPL}fn a() -> Weight {{ 1; 2 }} }}", None, "w.rs:2: expected `}`, found `;`"),
    (f"{IMPL}const A: u32 = 1; }}", None, "w.rs:2: `const` among weight functions"),
    (f"{IMPL}", None, "w.rs:2: an implementation that does not end"),
    ("impl WeightInfo", None, "w.rs:1: an implementation without `{`"),
    ("impl<T", None, "w.rs:1: `<` is never closed"),
]


@pytest.mark.parametrize(("source", "implementation", "message"), REFUSED)
def test_what_is_not_understood_is_told_with_file_and_line(
    source: str, implementation: str | None, message: str
) -> None:
    with pytest.raises(RustSourceError) as refused:
        weights_of(source, "w.rs", implementation=implementation)
    assert str(refused.value).startswith(message)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.rs"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(RustSourceError, match=r"weights\.rs:1: no UTF-8 text"):
        import_weights(path)


WORDS = [
    "impl",
    "WeightInfo",
    "for",
    "()",
    "{",
    "}",
    "fn",
    "a",
    "->",
    "Weight",
    "(",
    ")",
    "<",
    ">",
    "1",
    "::",
    ",",
    "u32",
]


@given(st.lists(st.sampled_from([*WORDS, "\n"]), max_size=40))
def test_any_rust_is_read_or_refused(words: list[str]) -> None:
    with suppress(RustSourceError):
        implementations(" ".join(words), "w.rs")


# Files of real runtimes: every function is read, and its proof is what the file's own comments say

_FUNCTION = re.compile(r"fn (\w+)\([^)]*\) -> Weight \{(.*?)\n\t\}", re.DOTALL)
_ESTIMATE = re.compile(r"//\s+Estimated: `([^`]+)`")
_SLOPE = re.compile(r"(\w+) \* \((\d+) ±[\d_]+\)")


def real_files() -> list[Path]:
    return sorted(Path(REAL).rglob("*.rs")) if REAL else []


@pytest.mark.skipif(not REAL, reason="PALLETLAB_RUST_WEIGHTS names no folder with weight files of real runtimes")
def test_files_of_real_runtimes_weigh_the_proofs_that_their_comments_tell() -> None:
    compared = 0
    for path in real_files():
        source = path.read_text()
        for implementation in implementations(source, str(path)):
            weights = WeightInfo(implementation.formulas, NO_DATABASE)
            for name, body in _FUNCTION.findall(source):
                told = _ESTIMATE.search(body)
                if told is not None and name in weights.formulas:
                    compared += 1
                    assert proof_of(weights.formulas[name]) == estimated(told.group(1)), (path, name)
    assert compared > 0


PALLETS: dict[str, WeightInfo] = {
    "frame_system.rs": SYSTEM,
    "pallet_assets_local.rs": ASSETS,
    "pallet_balances.rs": BALANCES,
    "pallet_multisig.rs": MULTISIG,
    "pallet_proxy.rs": PROXY,
    "pallet_sudo.rs": sudo.WEIGHTS,
    "pallet_timestamp.rs": timestamp.WEIGHTS,
    "pallet_utility.rs": UTILITY,
}
"""What our pallets have, by the file names of real runtimes."""


@pytest.mark.skipif(not REAL, reason="PALLETLAB_RUST_WEIGHTS names no folder with weight files of real runtimes")
@pytest.mark.parametrize("name", PALLETS)
def test_files_of_real_runtimes_take_the_place_of_our_pallets_weights(name: str) -> None:
    for path in (each for each in real_files() if each.name.endswith(name)):
        import_weights(path).require(PALLETS[name], name)


def proof_of(formula: WeightFormula) -> dict[str, int]:
    """What each component adds to the proof; "" is what is always there."""
    slopes: dict[str, int] = {}
    for term in formula.terms:
        component = term.components[0] if term.components else ""
        slopes[component] = slopes.get(component, 0) + term.weight.proof_size
    return {component: slope for component, slope in slopes.items() if slope}


def estimated(text: str) -> dict[str, int]:
    slopes = {component: int(slope) for component, slope in _SLOPE.findall(text)}
    constant = int(text.split(" ")[0])
    return {**({"": constant} if constant else {}), **{each: slope for each, slope in slopes.items() if slope}}
