"""How many clients must survive a round for its sum to be found, and what that protects against."""

from __future__ import annotations

from pallets.learning.secure_aggregation.refusals import TermsRefused

CLIENT_LIMIT = 1000
"""Clients of one round: each agrees on two keys with each other, so 10^6 agreements."""


def least_threshold(clients: int, adversaries: int = 0) -> int:
    """The smallest threshold with which nobody's update can be unmasked alone.

    The server and `adversaries` clients in its service see all they are sent. More than half of the clients must
    answer before a secret opens, so that one fixed set of survivors excludes any other; and where adversaries answer
    two ways, more than half of the honest ones.
    """
    return (clients + adversaries) // 2 + 1


def check_threshold(clients: int, threshold: int, adversaries: int = 0) -> None:
    """Refuse terms that protect nobody; raises TermsRefused. Meant for the moment when a task is created."""
    if not 2 <= clients <= CLIENT_LIMIT:
        raise TermsRefused(f"{clients} clients, not 2 to {CLIENT_LIMIT}")
    if not 0 <= adversaries < clients:
        raise TermsRefused(f"{adversaries} adversaries among {clients} clients")
    least = least_threshold(clients, adversaries)
    if threshold < least:
        raise TermsRefused(
            f"a threshold of {threshold} of {clients} clients, {adversaries} of them adversaries, "
            f"protects nobody: take at least {least}"
        )
    if threshold > clients:
        raise TermsRefused(f"a threshold of {threshold} that {clients} clients cannot reach")


def largest_dropout(clients: int, threshold: int) -> int:
    """How many clients may vanish with the sum still found exactly."""
    return clients - threshold
