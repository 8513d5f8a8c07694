"""Each attack that the protocol is for, refused by its own type of error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from pallets.learning.secure_aggregation.agreement import MASK_PURPOSE, agree, new_pair, seed_commitment
from pallets.learning.secure_aggregation.client import Client
from pallets.learning.secure_aggregation.messages import Members, Revealed, Stage, roster_of
from pallets.learning.secure_aggregation.refusals import (
    BrokenSeal,
    EquivocatingServer,
    ForgedAnnouncement,
    ImpossibleSum,
    MalformedMessage,
    ReplayedKey,
    TermsRefused,
    TooFewSurvivors,
    WeakKey,
    WrongDealing,
    WrongShare,
)
from pallets.learning.secure_aggregation.server import Server
from tests.pallets.learning.secure_aggregation.rounds import (
    ENCODING,
    PARAMETERS,
    ROUND,
    account,
    announced,
    enrolled,
    expected_sum,
    identity,
    masked_round,
    seeded,
    updates_of,
    verify,
)

SMALL_ORDER = (
    "00" * 32,
    "01" + "00" * 31,
    "ec" + "ff" * 30 + "7f",
    "ed" + "ff" * 30 + "7f",
    "ee" + "ff" * 30 + "7f",
    "00" * 31 + "80",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
)
"""Points of order 1, 2, 4 and 8, in canonical and other forms."""


class TestEquivocatingServer:
    def test_another_roster_than_the_block_fixed_is_refused(self) -> None:
        these = enrolled(4, 3)
        fewer = roster_of(ROUND, these.roster.announcements[:3], 2, verify)
        with pytest.raises(EquivocatingServer, match=r"^the roster is not the one that the block fixed$"):
            these.clients[0].deal(fewer, these.roster.digest)
        forged = replace(these.roster, threshold=1)
        with pytest.raises(EquivocatingServer, match="not the one that the block fixed"):
            these.clients[0].deal(forged, these.roster.digest)

    def test_a_second_roster_is_refused(self) -> None:
        these = enrolled(3, 2)
        these.clients[0].deal(these.roster, these.roster.digest)
        with pytest.raises(EquivocatingServer, match="has dealt already"):
            these.clients[0].deal(these.roster, these.roster.digest)

    def test_other_keys_for_this_client_are_refused(self) -> None:
        these = enrolled(3, 2)
        twin = Client(these.clients[0].identity, ENCODING, seeded(99))
        with pytest.raises(EquivocatingServer, match="other keys for this client than it announced"):
            twin.deal(these.roster, these.roster.digest)

    def test_dealers_that_the_block_has_not_fixed_are_refused(self) -> None:
        these = enrolled(4, 3)
        these.receive(these.deal())
        told = Members(Stage.DEALERS, (0, 1, 2))
        with pytest.raises(EquivocatingServer, match="the dealers are not those that the block fixed"):
            these.clients[0].mask(updates_of(4)[0], told, these.fixed["dealers"])

    def test_two_updates_under_the_same_masks_are_refused(self) -> None:
        these, updates = masked_round(4, 3)
        assert these.dealers is not None
        with pytest.raises(EquivocatingServer, match="has hidden its update already"):
            these.clients[0].mask(updates[0], these.dealers, these.fixed["dealers"])

    def test_survivors_that_the_block_has_not_fixed_are_refused(self) -> None:
        these, _ = masked_round(5, 3, dropped=(4,))
        told = Members(Stage.SURVIVORS, (0, 1, 2))  # to get the mask key of client 3 as well as its seed
        with pytest.raises(EquivocatingServer, match=r"^the survivors are not those that the block fixed$"):
            these.clients[0].reveal(told, these.fixed["survivors"])

    def test_second_survivors_are_refused_whatever_the_chain_says(self) -> None:
        these, _ = masked_round(5, 3)
        these.clients[0].reveal(these.server.survivors(), these.fixed["survivors"])
        told = Members(Stage.SURVIVORS, (0, 1, 2))
        with pytest.raises(EquivocatingServer, match="revealed shares for other survivors"):
            these.clients[0].reveal(told, told.digest(these.roster))

    def test_the_list_of_dealers_does_not_pass_as_survivors(self) -> None:
        these, _ = masked_round(3, 2)
        assert these.dealers is not None
        with pytest.raises(EquivocatingServer):
            these.clients[0].reveal(these.dealers, these.fixed["dealers"])

    def test_survivors_who_never_dealt_are_refused(self) -> None:
        these = enrolled(5, 3)
        these.receive(these.deal(missing=(4,)))
        these.mask(updates_of(5), [1] * 5)
        told = Members(Stage.SURVIVORS, (0, 1, 2, 4))
        with pytest.raises(EquivocatingServer, match="survived that have not dealt"):
            these.clients[0].reveal(told, told.digest(these.roster))

    def test_no_client_gives_both_shares_of_anybody(self) -> None:
        these, _ = masked_round(6, 4, dropped=(1, 5))
        survivors = these.server.survivors()
        for number in survivors.numbers:
            revealed = these.clients[number].reveal(survivors, these.fixed["survivors"])
            assert sorted(revealed.seeds) == [0, 2, 3, 4]
            assert sorted(revealed.keys) == [1, 5]

    def test_a_dealing_given_twice_is_refused(self) -> None:
        these = enrolled(3, 2)
        dealings = these.deal()
        these.receive(dealings)
        with pytest.raises(EquivocatingServer, match="client 1 has dealt already"):
            these.clients[0].receive(dealings)


class TestKeys:
    def test_a_key_of_another_client_is_refused(self) -> None:
        made = announced(3)
        stolen = made[0][1].mask_public
        for field in ("mask_public", "channel_public"):
            thief = replace(made[1][1], **{field: stolen})
            thief = replace(thief, signature=account(2).sign(thief.signed_message(ROUND)))
            with pytest.raises(ReplayedKey, match=f"announces key {stolen.hex()}, which was used before"):
                roster_of(ROUND, [made[0][1], thief, made[2][1]], 2, verify)

    def test_a_key_of_an_earlier_round_is_refused(self) -> None:
        announcements = [announcement for _, announcement in announced(3)]
        used = {announcements[2].channel_public}
        with pytest.raises(ReplayedKey, match="which was used before"):
            roster_of(ROUND, announcements, 2, verify, used_keys=used)

    def test_an_announcement_of_an_earlier_round_is_refused(self) -> None:
        earlier = announced(3, round_id=b"round 6 of task 3")
        with pytest.raises(ForgedAnnouncement, match="has not signed these keys for this round"):
            roster_of(ROUND, [announcement for _, announcement in earlier], 2, verify)

    def test_keys_that_the_server_put_in_are_refused(self) -> None:
        made = announced(3)
        forged = replace(made[0][1], mask_public=bytes(32))
        with pytest.raises(ForgedAnnouncement, match=f"^{identity(1).hex()} has not signed"):
            roster_of(ROUND, [forged, made[1][1], made[2][1]], 2, verify)

    def test_an_identity_announces_once(self) -> None:
        made = announced(3)
        again = Client(identity(1), ENCODING, seeded(50)).announce(ROUND, account(1).sign)
        with pytest.raises(MalformedMessage, match="an identity announces twice"):
            roster_of(ROUND, [again, *(announcement for _, announcement in made)], 3, verify)

    @pytest.mark.parametrize("weak", SMALL_ORDER)
    def test_a_key_of_small_order_is_refused(self, weak: str) -> None:
        made = announced(3)
        sabotage = replace(made[0][1], channel_public=bytes.fromhex(weak))
        sabotage = replace(sabotage, signature=account(1).sign(sabotage.signed_message(ROUND)))
        with pytest.raises(WeakKey, match=f"announces key {weak}, which gives everybody the same secret"):
            roster_of(ROUND, [sabotage, made[1][1], made[2][1]], 2, verify)
        with pytest.raises(WeakKey):  # and OpenSSL agrees
            agree(new_pair(seeded(1)), bytes.fromhex(weak), bytes(32), MASK_PURPOSE)

    def test_a_key_of_another_size_is_refused(self) -> None:
        made = announced(3)
        short = replace(made[0][1], mask_public=bytes(31))
        short = replace(short, signature=account(1).sign(short.signed_message(ROUND)))
        with pytest.raises(MalformedMessage, match="announces a key of 31 bytes"):
            roster_of(ROUND, [short, made[1][1], made[2][1]], 2, verify)


class TestMaliciousDealer:
    def test_a_seal_for_another_holder_does_not_open(self) -> None:
        these = enrolled(4, 3)
        dealings = these.deal()
        swapped = (dealings[1].sealed[0], *dealings[1].sealed[1:2], dealings[1].sealed[3], dealings[1].sealed[2])
        with pytest.raises(BrokenSeal, match="what client 1 is said to have sealed for client 2 does not open"):
            these.clients[2].receive([replace(dealings[1], sealed=swapped)])

    def test_a_changed_seal_does_not_open(self) -> None:
        these = enrolled(3, 2)
        dealings = these.deal()
        broken = bytes([dealings[1].sealed[0][0] ^ 1]) + dealings[1].sealed[0][1:]
        with pytest.raises(BrokenSeal):
            these.clients[0].receive([replace(dealings[1], sealed=(broken, *dealings[1].sealed[1:]))])

    def test_a_share_that_is_not_the_committed_one_is_refused_by_its_holder(self) -> None:
        these = enrolled(3, 2)
        dealing = these.deal()[2]
        other = (bytes(32),)
        for wrong in (
            replace(dealing, key_commitments=other + dealing.key_commitments[1:]),
            replace(dealing, seed_commitments=other + dealing.seed_commitments[1:]),
        ):
            with pytest.raises(WrongDealing) as caught:
                these.clients[0].receive([wrong])
            assert caught.value.dealer == 2

    def test_who_is_proved_wrong_is_left_out_and_the_rest_go_on(self) -> None:
        these = enrolled(5, 3)
        for client in these.clients:
            these.server.take_dealing(client.deal(these.roster, these.roster.digest))
        these.dealers = these.server.dealers(excluded=[2])
        these.fixed["dealers"] = these.dealers.digest(these.roster)
        these.receive(these.server.dealings())
        updates = updates_of(5)
        these.mask(updates, [1] * 5)
        assert these.unmask().values.tolist() == expected_sum(updates, [1] * 5, [0, 1, 3, 4])

    def test_whoever_was_dealt_no_shares_of_a_client_goes_on_and_others_reveal_them(self) -> None:
        these = enrolled(4, 3)
        dealings = these.deal()
        these.clients[0].receive(dealings[:3])
        for client in these.clients[1:]:
            client.receive(dealings)
        updates = updates_of(4)
        these.mask(updates, [1] * 4)
        survivors = these.server.survivors()
        revealed = [client.reveal(survivors, these.fixed["survivors"]) for client in these.clients]
        assert sorted(revealed[0].seeds) == [0, 1, 2]
        assert these.server.unmask(revealed).values.tolist() == expected_sum(updates, [1] * 4, range(4))
        with pytest.raises(TooFewSurvivors, match=r"^2 clients revealed shares, 3 are needed$"):
            these.server.unmask(revealed[:3])

    @pytest.mark.parametrize("dropped", [(), (1,)], ids=["seed", "mask key"])
    def test_shares_of_another_secret_blame_the_dealer(self, dropped: tuple[int, ...]) -> None:
        """Client 1 deals consistent shares, committed to and all, of secrets that are not its own."""
        these = enrolled(4, 3)
        liar = these.clients[1]
        true_seed, true_pair = liar._seed, liar._mask_pair
        other = Client(b"", ENCODING, seeded(77))
        liar._seed, liar._mask_pair = other._seed, replace(true_pair, secret=other._mask_pair.secret)
        dealings = these.deal()
        liar._seed, liar._mask_pair = true_seed, true_pair
        # and announces its true seed: what it committed to is not what it dealt
        these.server._dealings[1] = replace(dealings[1], seed=seed_commitment(true_seed, 1))
        these.receive(dealings)
        these.mask(updates_of(4), [1] * 4, dropped)
        with pytest.raises(WrongDealing) as caught:
            these.unmask()
        assert caught.value.dealer == 1


def spoilt(revealed: Revealed, dealer: int) -> Revealed:
    """The same with another share of one dealer."""
    if dealer in revealed.seeds:
        return replace(revealed, seeds={**revealed.seeds, dealer: revealed.seeds[dealer] ^ 1})
    return replace(revealed, keys={**revealed.keys, dealer: revealed.keys[dealer] ^ 1})


class TestMaliciousHolder:
    @pytest.mark.parametrize("dealer", [0, 4])
    def test_a_wrong_share_is_set_aside_and_its_holder_blamed(self, dealer: int) -> None:
        these, updates = masked_round(5, 3, dropped=(4,))
        survivors = these.server.survivors()
        revealed = [these.clients[number].reveal(survivors, these.fixed["survivors"]) for number in (0, 1, 2, 3)]
        found = these.server.unmask([revealed[0], spoilt(revealed[1], dealer), revealed[2], revealed[3]])
        assert found.values.tolist() == expected_sum(updates, [1] * 5, [0, 1, 2, 3])
        assert [(one.holder, one.dealer) for one in found.blamed] == [(1, dealer)]

    def test_too_many_wrong_shares_leave_the_sum_hidden_and_name_a_holder(self) -> None:
        these, _ = masked_round(4, 3)
        survivors = these.server.survivors()
        revealed = [client.reveal(survivors, these.fixed["survivors"]) for client in these.clients]
        with pytest.raises(WrongShare, match="client 1 gave a share of client 0 that the dealer has not committed to"):
            these.server.unmask([revealed[0], spoilt(revealed[1], 0), spoilt(revealed[2], 3), revealed[3]])

    @pytest.mark.parametrize("share", [-1, 2**256, 2**300])
    def test_a_share_that_is_no_number_of_the_field_is_a_wrong_share(self, share: int) -> None:
        these, _ = masked_round(3, 3)
        survivors = these.server.survivors()
        revealed = [client.reveal(survivors, these.fixed["survivors"]) for client in these.clients]
        revealed[2] = replace(revealed[2], seeds={**revealed[2].seeds, 0: share})
        with pytest.raises(WrongShare):
            these.server.unmask(revealed)

    def test_shares_of_the_wrong_kind_are_refused(self) -> None:
        these, _ = masked_round(4, 3, dropped=(3,))
        survivors = these.server.survivors()
        revealed = [these.clients[number].reveal(survivors, these.fixed["survivors"]) for number in (0, 1, 2)]
        for wrong in (
            replace(revealed[0], seeds={**revealed[0].seeds, 3: 5}),
            replace(revealed[0], keys={**revealed[0].keys, 1: 5}),
            replace(revealed[0], holder=3),
        ):
            with pytest.raises(MalformedMessage, match="reveals other shares than the fixed survivors ask for"):
                these.server.unmask([wrong, *revealed[1:]])
        with pytest.raises(MalformedMessage, match="client 0 reveals twice"):
            these.server.unmask([*revealed, revealed[0]])


class TestMaliciousUpdate:
    def test_an_update_is_taken_once_from_a_dealer_in_the_right_shape(self) -> None:
        these = enrolled(4, 3)
        these.receive(these.deal(missing=(3,)))
        right = np.zeros(PARAMETERS + 1, dtype=np.uint32)
        these.server.take_masked(0, right)
        for client, residues, reason in (
            (0, right, "sends its update twice"),
            (3, right, "is no dealer of this round"),
            (9, right, "is no dealer of this round"),
            (1, right[:-1], "sends uint32 of shape"),
            (1, right.astype(np.uint64), "sends uint64 of shape"),
        ):
            with pytest.raises(MalformedMessage, match=f"client {client} {reason}"):
                these.server.take_masked(client, residues)
        these.server.take_masked(1, right)
        these.server.take_masked(2, right)
        these.server.survivors()
        with pytest.raises(MalformedMessage, match="or too late"):
            these.server.take_masked(2, right)

    def test_a_sum_beyond_the_clip_shows_that_somebody_cheated(self) -> None:
        these = enrolled(3, 2)
        these.receive(these.deal())
        assert these.dealers is not None
        updates = updates_of(3)
        for number, client in enumerate(these.clients):
            hidden = client.mask(updates[number], these.dealers, these.fixed["dealers"])
            if number == 1:
                hidden[7] += np.uint32(2**30)
            these.server.take_masked(number, hidden)
        these.fixed["survivors"] = these.server.survivors().digest(these.roster)
        with pytest.raises(ImpossibleSum, match=r"in the sum of 3 clients, who can give 6291456 at most"):
            these.unmask()

    def test_a_weight_beyond_what_the_terms_allow_shows_in_the_sum(self) -> None:
        these = enrolled(3, 2)
        these.receive(these.deal())
        assert these.dealers is not None
        for number, client in enumerate(these.clients):
            hidden = client.mask(updates_of(3)[number], these.dealers, these.fixed["dealers"])
            hidden[-1] += np.uint32(1000 if number == 1 else 0)
            these.server.take_masked(number, hidden)
        these.fixed["survivors"] = these.server.survivors().digest(these.roster)
        with pytest.raises(ImpossibleSum, match=r"^weights of 1003 in the sum of 3 clients$"):
            these.unmask()


OUT_OF_TURN: list[Callable[[Client], object]] = [
    lambda client: client.receive([]),
    lambda client: client.mask(updates_of(3)[0], Members(Stage.DEALERS, (0, 1)), bytes(32)),
    lambda client: client.reveal(Members(Stage.SURVIVORS, (0, 1)), bytes(32)),
]


@pytest.mark.parametrize("step", OUT_OF_TURN, ids=["receive", "mask", "reveal"])
def test_a_step_before_the_roster_is_refused(step: Callable[[Client], object]) -> None:
    with pytest.raises(MalformedMessage, match="a client deals before it does anything else"):
        step(Client(identity(1), ENCODING, seeded(1)))


def test_a_client_that_has_not_survived_reveals_nothing() -> None:
    these, _ = masked_round(4, 3, dropped=(3,))
    with pytest.raises(MalformedMessage, match="has not survived reveals nothing"):
        these.clients[3].reveal(these.server.survivors(), these.fixed["survivors"])


@pytest.mark.parametrize("numbers", [(0, 0, 1), (1, 0, 2), (0, 1, 9), (-1, 0, 1)])
def test_members_are_ascending_clients_of_the_roster(numbers: tuple[int, ...]) -> None:
    these, _ = masked_round(3, 2)
    told = Members(Stage.SURVIVORS, numbers)
    with pytest.raises(MalformedMessage, match="are not ascending numbers below 3"):
        these.clients[0].reveal(told, these.fixed["survivors"])


def test_a_threshold_that_protects_nobody_is_refused() -> None:
    announcements = [announcement for _, announcement in announced(4)]
    with pytest.raises(TermsRefused, match="a threshold of 2 of 4 clients, 0 of them adversaries, protects nobody"):
        roster_of(ROUND, announcements, 2, verify)
    with pytest.raises(TermsRefused, match="take at least 4"):
        roster_of(ROUND, announcements, 3, verify, adversaries=2)


def test_a_server_with_too_many_clients_for_the_encoding_is_refused() -> None:
    made = announced(3)
    roster = roster_of(ROUND, [announcement for _, announcement in made], 2, verify)
    with pytest.raises(TermsRefused, match="the sum of 3 clients of up to 1073741824 each wraps"):
        Server(roster, replace(ENCODING, clip=2**30), PARAMETERS)
