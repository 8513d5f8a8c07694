from __future__ import annotations

from pallets.learning.attacks import ground


def test_grinding_keeps_the_first_of_the_best_seeds() -> None:
    def train(seed: bytes) -> tuple[int, bytes]:
        return seed[0] % 4, seed

    assert ground(train, lambda made: made[0], [b"\1", b"\3", b"\7", b"\2"]) == (3, b"\3")
