"""The server of one round: it adds masked updates and, with the survivors' shares, takes off what does not cancel.

It is trusted with nothing: what it tells the clients is checked against digests that a block fixed, and what they
give it is checked against what they announced, so that a wrong share or dealing names who is to blame.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pallets.learning.secure_aggregation.agreement import (
    MASK_PURPOSE,
    agree,
    own_mask_key,
    pair_of,
    seed_commitment,
)
from pallets.learning.secure_aggregation.client import check_dealing
from pallets.learning.secure_aggregation.encoding import Encoding
from pallets.learning.secure_aggregation.masks import Mask, Residues, apply_masks
from pallets.learning.secure_aggregation.messages import (
    Dealing,
    Members,
    Revealed,
    Roster,
    Stage,
    share_commitment,
)
from pallets.learning.secure_aggregation.refusals import (
    MalformedMessage,
    TooFewSurvivors,
    WrongDealing,
    WrongShare,
)
from pallets.learning.secure_aggregation.shamir import combine, weights_at_zero


@dataclass(frozen=True, slots=True)
class Unmasked:
    """The exact sum of the survivors' updates.

    values: in steps of 2^-fractional_bits of the encoding, each update times its weight
    weight: sum of the survivors' weights
    blamed: shares that were not used, because their dealers had not committed to them
    """

    values: NDArray[np.int64]
    weight: int
    blamed: tuple[WrongShare, ...] = ()


class Server:
    """What has arrived in one round, for updates of so many parameters."""

    def __init__(self, roster: Roster, encoding: Encoding, parameters: int) -> None:
        encoding.check_room(len(roster))
        self._roster = roster
        self._encoding = encoding
        self._dealings: dict[int, Dealing] = {}
        self._dealers: Members | None = None
        self._sum: Residues = np.zeros(parameters + 1, dtype=encoding.kind)
        self._arrived: set[int] = set()
        self._survivors: Members | None = None
        self.blamed: tuple[WrongShare, ...] = ()
        """Shares that the last unmasking met and did not use, because their dealers had not committed to them."""

    def take_dealing(self, dealing: Dealing) -> None:
        """Keep a client's dealing; raises MalformedMessage for a second one or a late one."""
        check_dealing(dealing, self._roster)
        if dealing.dealer in self._dealings or self._dealers is not None:
            raise MalformedMessage(f"client {dealing.dealer} deals twice, or too late")
        self._dealings[dealing.dealer] = dealing

    def dealings(self) -> list[Dealing]:
        """All dealings so far, by dealer; a holder needs of each only what is sealed for it."""
        return [self._dealings[dealer] for dealer in sorted(self._dealings)]

    def dealers(self, excluded: Sequence[int] = ()) -> Members:
        """The dealers, for a block to fix; without those whose dealing a holder has proved wrong."""
        if self._dealers is None:
            numbers = tuple(sorted(self._dealings.keys() - set(excluded)))
            if len(numbers) < self._roster.threshold:
                raise TooFewSurvivors(f"{len(numbers)} dealers, {self._roster.threshold} are needed")
            self._dealers = Members(Stage.DEALERS, numbers)
        return self._dealers

    def take_masked(self, client: int, residues: Residues) -> None:
        """Add a dealer's masked update; raises MalformedMessage for one of another shape, a second or a late one."""
        if self._dealers is None or client not in self._dealers.numbers:
            raise MalformedMessage(f"client {client} is no dealer of this round")
        if client in self._arrived or self._survivors is not None:
            raise MalformedMessage(f"client {client} sends its update twice, or too late")
        if residues.shape != self._sum.shape or residues.dtype != self._sum.dtype:
            raise MalformedMessage(
                f"client {client} sends {residues.dtype} of shape {residues.shape}, not {self._sum.dtype} of shape "
                f"{self._sum.shape}"
            )
        np.add(self._sum, residues, out=self._sum)
        self._arrived.add(client)

    def survivors(self) -> Members:
        """The clients whose updates are in the sum, for a block to fix; from now on updates are late."""
        if self._survivors is None:
            if len(self._arrived) < self._roster.threshold:
                raise TooFewSurvivors(f"{len(self._arrived)} updates arrived, {self._roster.threshold} are needed")
            self._survivors = Members(Stage.SURVIVORS, tuple(sorted(self._arrived)))
        return self._survivors

    def unmask(self, revealed: Sequence[Revealed]) -> Unmasked:
        """The sum; `threshold` right shares of each dealer are enough, holders of wrong ones are set aside and blamed.

        Raises WrongShare or TooFewSurvivors where too few are right, WrongDealing where right ones give a wrong secret,
        and ImpossibleSum.
        """
        survivors = self.survivors()
        right = self._right_holders(revealed)
        secrets = _Secrets(self._roster.threshold, self.blamed)
        masks = []
        for dealer in survivors.numbers:
            shares = {one.holder: one.seeds[dealer] for one in right if dealer in one.seeds}
            masks.append(self._own_mask(dealer, secrets.combined(shares)))
        for dealer in self._dropped():
            shares = {one.holder: one.keys[dealer] for one in right if dealer in one.keys}
            masks += self._pair_masks(dealer, secrets.combined(shares))
        total = self._sum.copy()
        apply_masks(total, masks)
        values, weight = self._encoding.decode(total, len(survivors.numbers))
        return Unmasked(values, weight, self.blamed)

    def _right_holders(self, revealed: Sequence[Revealed]) -> list[Revealed]:
        """The holders none of whose shares is wrong; the others are blamed."""
        blamed: list[WrongShare] = []
        right: dict[int, Revealed] = {}
        for one in sorted(revealed, key=lambda one: one.holder):
            wrong = self._wrong_share(one)
            if wrong is not None:
                blamed.append(wrong)
            elif one.holder in right:
                raise MalformedMessage(f"client {one.holder} reveals twice")
            else:
                right[one.holder] = one
        self.blamed = tuple(blamed)
        return list(right.values())

    def _wrong_share(self, one: Revealed) -> WrongShare | None:
        survivors, dropped = self.survivors().numbers, self._dropped()
        if one.holder not in survivors or not (one.seeds.keys() <= set(survivors) and one.keys.keys() <= set(dropped)):
            raise MalformedMessage(f"client {one.holder} reveals other shares than the fixed survivors ask for")
        for dealer, share in one.seeds.items():
            if not self._is_committed(self._dealings[dealer].seed_commitments, dealer, one.holder, share):
                return WrongShare(one.holder, dealer)
        for dealer, share in one.keys.items():
            if not self._is_committed(self._dealings[dealer].key_commitments, dealer, one.holder, share):
                return WrongShare(one.holder, dealer)
        return None

    def _is_committed(self, commitments: Sequence[bytes], dealer: int, holder: int, share: int) -> bool:
        if not 0 <= share < 2**256:
            return False
        return share_commitment(share, dealer, holder, self._roster.digest) == commitments[holder]

    def _dropped(self) -> list[int]:
        return [dealer for dealer in self.dealers().numbers if dealer not in self._arrived]

    def _own_mask(self, dealer: int, seed: int) -> Mask:
        if seed_commitment(seed, dealer) != self._dealings[dealer].seed:
            raise WrongDealing(dealer)
        return Mask(own_mask_key(seed, self._roster.digest), is_subtracted=True)

    def _pair_masks(self, dealer: int, secret: int) -> list[Mask]:
        """What the survivors added for a client that dropped, the other way round."""
        pair = pair_of(secret)
        if pair.public != self._roster.announcements[dealer].mask_public:
            raise WrongDealing(dealer)
        masks = []
        for survivor in self.survivors().numbers:
            public = self._roster.announcements[survivor].mask_public
            key = agree(pair, public, self._roster.digest, MASK_PURPOSE)
            masks.append(Mask(key, is_subtracted=dealer > survivor))
        return masks


class _Secrets:
    """Secrets from shares of any holders who have them; the weights of equal holders are found once."""

    def __init__(self, threshold: int, blamed: Sequence[WrongShare]) -> None:
        self._threshold = threshold
        self._blamed = blamed
        self._weights: dict[tuple[int, ...], list[int]] = {}

    def combined(self, shares: Mapping[int, int]) -> int:
        """The secret of shares by holder; raises WrongShare or TooFewSurvivors where they are too few."""
        holders = tuple(shares)[: self._threshold]
        if len(holders) < self._threshold:
            if self._blamed:
                raise self._blamed[0]
            raise TooFewSurvivors(f"{len(holders)} clients revealed shares, {self._threshold} are needed")
        if holders not in self._weights:
            self._weights[holders] = weights_at_zero(holders)
        return combine([shares[holder] for holder in holders], self._weights[holders])
