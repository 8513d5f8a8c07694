"""Mixing on a ring keeps the mean of the proxies, and in a power of two of them makes all the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.linear_model import LinearKind, LinearModel, LinearModelError, empty_model
from pallets.learning.proxy_exchange.mixing import mixed
from pallets.learning.proxy_exchange.ring import source_of

weights = st.tuples(*[st.integers(-(2**43), 2**43)] * 3)


def model_of(values: tuple[int, ...]) -> LinearModel:
    return LinearModel(LinearKind.CLASSIFIER, 2, 2, values)


@given(st.sampled_from([2, 4, 8]).flatmap(lambda count: st.lists(weights, min_size=count, max_size=count)))
def test_a_power_of_two_of_proxies_meet_in_their_mean(values: list[tuple[int, ...]]) -> None:
    ring, proxies = list(range(len(values))), [model_of(each) for each in values]
    rounds = len(ring).bit_length() - 1
    for number in range(rounds):
        sources = [source_of(ring, ring, member, number) for member in ring]
        proxies = [mixed(proxies[member], proxies[other]) for member, other in enumerate(sources) if other is not None]
    for proxy in proxies:
        for weight, column in zip(proxy.weights, zip(*values, strict=True), strict=True):
            assert abs(weight * len(ring) - sum(column)) <= rounds * len(ring)


def test_proxies_of_different_shapes_do_not_mix() -> None:
    with pytest.raises(LinearModelError):
        mixed(model_of((0, 0, 0)), empty_model(LinearKind.CLASSIFIER, 2, 3))
