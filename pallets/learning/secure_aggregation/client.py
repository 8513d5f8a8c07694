"""A client of one round: announces keys, deals shares, hides its update, reveals shares of what the block fixed.

The steps come in this order, each once; another order raises MalformedMessage.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from pallets.learning.secure_aggregation.agreement import (
    CHANNEL_PURPOSE,
    MASK_PURPOSE,
    KeyPair,
    agree,
    new_pair,
    own_mask_key,
    seed_commitment,
)
from pallets.learning.secure_aggregation.encoding import Encoding
from pallets.learning.secure_aggregation.masks import Mask, Residues, apply_masks
from pallets.learning.secure_aggregation.messages import (
    Announcement,
    Dealing,
    Members,
    Revealed,
    Roster,
    Stage,
    announcement_message,
    check_roster,
    share_commitment,
)
from pallets.learning.secure_aggregation.refusals import EquivocatingServer, MalformedMessage, WrongDealing
from pallets.learning.secure_aggregation.sealing import seal, unseal
from pallets.learning.secure_aggregation.shamir import (
    SHARE_BYTES,
    RandomBytes,
    random_element,
    share_bytes,
    share_of_bytes,
    split,
)

Sign = Callable[[bytes], bytes]
"""The signature of the client's account under a message."""


class Client:
    """One client's secrets and what it has seen of the round."""

    def __init__(self, identity: bytes, encoding: Encoding, random_bytes: RandomBytes) -> None:
        self.identity = identity
        self._encoding = encoding
        self._random_bytes = random_bytes
        self._mask_pair: KeyPair = new_pair(random_bytes)
        self._channel_pair: KeyPair = new_pair(random_bytes)
        self._seed = random_element(random_bytes)
        self._roster: Roster | None = None
        self._number = -1
        self._channel_keys: dict[int, bytes] = {}
        self._shares: dict[int, tuple[int, int]] = {}  # by dealer: of its mask key, of its seed
        self._dealers: Members | None = None
        self._survivors: Members | None = None

    def announce(self, round_id: bytes, sign: Sign) -> Announcement:
        """Both public keys, signed for this round."""
        keys = self._mask_pair.public, self._channel_pair.public
        return Announcement(self.identity, *keys, sign(announcement_message(round_id, self.identity, *keys)))

    def deal(self, roster: Roster, fixed_roster: bytes) -> Dealing:
        """Shares of the mask key and of the own seed, sealed for each other client.

        fixed_roster: the digest that the chain fixed; raises EquivocatingServer where the roster has another.
        """
        if self._roster is not None:
            raise EquivocatingServer("this client has dealt already, for the roster of the block")
        check_roster(roster, fixed_roster)
        number = roster.number_of(self.identity)
        own = roster.announcements[number]
        if (own.mask_public, own.channel_public) != (self._mask_pair.public, self._channel_pair.public):
            raise EquivocatingServer("the roster has other keys for this client than it announced")
        self._roster, self._number = roster, number
        self._encoding.check_room(len(roster))
        key_shares = split(self._mask_pair.secret, len(roster), roster.threshold, self._random_bytes)
        seed_shares = split(self._seed, len(roster), roster.threshold, self._random_bytes)
        self._shares[number] = key_shares[number], seed_shares[number]
        sealed = []
        for holder, (key_share, seed_share) in enumerate(zip(key_shares, seed_shares, strict=True)):
            if holder == number:
                sealed.append(b"")
                continue
            channel_public = roster.announcements[holder].channel_public
            key = agree(self._channel_pair, channel_public, roster.digest, CHANNEL_PURPOSE)
            self._channel_keys[holder] = key
            sealed.append(seal(key, number, holder, roster.digest, share_bytes(key_share) + share_bytes(seed_share)))
        return Dealing(
            number,
            tuple(sealed),
            self._commitments(key_shares),
            self._commitments(seed_shares),
            seed_commitment(self._seed, number),
        )

    def receive(self, dealings: Sequence[Dealing]) -> None:
        """Open what the others sealed for this client, and keep it.

        Raises BrokenSeal or WrongDealing naming the dealer; the caller may go on without the shares of that one, which
        it then cannot reveal.
        """
        roster = self._required_roster()
        for dealing in dealings:
            dealer = dealing.dealer
            if dealer == self._number:
                continue
            if dealer in self._shares:
                raise EquivocatingServer(f"client {dealer} has dealt already")
            check_dealing(dealing, roster)
            sealed = dealing.sealed[self._number]
            text = unseal(self._channel_keys[dealer], dealer, self._number, roster.digest, sealed)
            if len(text) != 2 * SHARE_BYTES:
                raise WrongDealing(dealer)
            pair = share_of_bytes(text[:SHARE_BYTES]), share_of_bytes(text[SHARE_BYTES:])
            expected = dealing.key_commitments[self._number], dealing.seed_commitments[self._number]
            for share, commitment in zip(pair, expected, strict=True):
                if share_commitment(share, dealer, self._number, roster.digest) != commitment:
                    raise WrongDealing(dealer)
            self._shares[dealer] = pair

    def mask(
        self,
        update: NDArray[np.int64],
        dealers: Members,
        fixed_dealers: bytes,
        weight: int = 1,
        noise: NDArray[np.int64] | None = None,
    ) -> Residues:
        """The update as residues under the own mask and one mask for each other dealer.

        fixed_dealers: the digest that the chain fixed; raises EquivocatingServer for any other list, and the second
        time: two updates under the same masks would give away their difference.
        """
        roster = self._required_roster()
        self._check_dealers(dealers, fixed_dealers)
        others = [other for other in dealers.numbers if other != self._number]
        residues = self._encoding.encode(update, weight, noise)
        self._dealers = dealers
        masks = [Mask(own_mask_key(self._seed, roster.digest))]
        for other in others:
            key = agree(self._mask_pair, roster.announcements[other].mask_public, roster.digest, MASK_PURPOSE)
            masks.append(Mask(key, is_subtracted=other < self._number))
        apply_masks(residues, masks)
        return residues

    def resume(self, dealers: Members, fixed_dealers: bytes) -> None:
        """Go on as after `mask`, which this client did before it was stopped; raises what `mask` does."""
        self._check_dealers(dealers, fixed_dealers)
        self._dealers = dealers

    def reveal(self, survivors: Members, fixed_survivors: bytes) -> Revealed:
        """Shares that let the server take off what does not cancel, as far as this client was dealt right ones.

        fixed_survivors: the digest that the chain fixed. Raises EquivocatingServer for any other list, and for a
        second one whatever the chain says: two lists together would unmask somebody.
        """
        roster = self._required_roster()
        survivors.check(roster, fixed_survivors, Stage.SURVIVORS)
        if self._survivors not in (None, survivors):
            raise EquivocatingServer("this client has revealed shares for other survivors")
        members = set(survivors.numbers)
        if self._dealers is None or self._number not in members:
            raise MalformedMessage("a client that has not survived reveals nothing")
        dealers = set(self._dealers.numbers)
        if not members <= dealers:
            raise EquivocatingServer("clients survived that have not dealt")
        self._survivors = survivors
        held = {dealer: self._shares[dealer] for dealer in self._dealers.numbers if dealer in self._shares}
        return Revealed(
            self._number,
            seeds={dealer: pair[1] for dealer, pair in held.items() if dealer in members},
            keys={dealer: pair[0] for dealer, pair in held.items() if dealer not in members},
        )

    def _check_dealers(self, dealers: Members, fixed_dealers: bytes) -> None:
        dealers.check(self._required_roster(), fixed_dealers, Stage.DEALERS)
        if self._dealers is not None:
            raise EquivocatingServer("this client has hidden its update already")
        if self._number not in dealers.numbers:
            raise MalformedMessage("a client that has not dealt masks nothing")

    def _commitments(self, shares: Sequence[int]) -> tuple[bytes, ...]:
        roster = self._required_roster().digest
        return tuple(share_commitment(share, self._number, holder, roster) for holder, share in enumerate(shares))

    def _required_roster(self) -> Roster:
        if self._roster is None:
            raise MalformedMessage("a client deals before it does anything else")
        return self._roster


def check_dealing(dealing: Dealing, roster: Roster) -> None:
    """Refuse a dealing of the wrong shape; raises MalformedMessage."""
    lists = dealing.sealed, dealing.key_commitments, dealing.seed_commitments
    if not 0 <= dealing.dealer < len(roster) or any(len(one) != len(roster) for one in lists):
        raise MalformedMessage(f"a dealing of client {dealing.dealer} that is not for {len(roster)} clients")
