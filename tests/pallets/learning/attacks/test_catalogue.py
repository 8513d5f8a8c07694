from __future__ import annotations

from pallets.learning.attacks import DEEDS, FOR_ALL, FOR_AVERAGES, FOR_FORESTS, Attack


def test_every_attack_is_told_and_can_be_made_on_something() -> None:
    assert set(DEEDS) == set(Attack)
    assert set(Attack) == FOR_FORESTS | FOR_AVERAGES == FOR_ALL
