"""From options to the plan of an exchange: what proxies predict, how they are trained, and how long a round lasts."""

from __future__ import annotations

from argparse import ArgumentTypeError, Namespace
from typing import Any, Final

from chain.content.store import ContentError
from chain.crypto.hashing import blake2_256
from node_cli.command import CommandFailed, Parser, UsageError
from node_cli.content_options import add_content, content_of
from node_cli.options import whole_number
from pallets.federated_round.settings import LinearSettings, encode_settings
from pallets.learning.linear_model import LinearModelError
from pallets.learning.quantise import FeatureRange, QuantisationError, Quantiser, encode_quantiser
from pallets.ml_registry.artifact import artifact_of
from pallets.proxy_exchange.types import MAX_MEMBERS, MAX_ROUNDS, WHOLE_SHARE

FRACTION_BITS: Final = 16
BLOCKS: Final = range(1, 2**32)
COUNTS: Final = range(1, 2**16)


def add_plan(parser: Parser) -> None:
    """What is fixed when an exchange is opened."""
    parser.add_argument(
        "--range",
        type=feature_range,
        action="append",
        required=True,
        metavar="LOW:HIGH",
        help="of a feature, whole numbers, as --range=-20:45; once for each feature, in the order of the columns",
    )
    parser.add_argument(
        "--classes", type=_classes, default=2, metavar="N", help="that labels name; 0 for values (default: 2)"
    )
    parser.add_argument("--epochs", type=whole_number(COUNTS), default=10, metavar="N", help="(default: %(default)s)")
    parser.add_argument(
        "--rate", type=_fraction, default=_fraction("2"), metavar="X", help="how far a step goes (default: 2)"
    )
    parser.add_argument(
        "--share",
        type=whole_number(range(101)),
        default=50,
        metavar="PERCENT",
        help="of what a model learns that the other model says (default: %(default)s)",
    )
    parser.add_argument(
        "--rounds", type=whole_number(range(1, MAX_ROUNDS + 1)), default=4, metavar="N", help="(default: %(default)s)"
    )
    parser.add_argument(
        "--members",
        type=whole_number(range(2, MAX_MEMBERS + 1)),
        default=2,
        metavar="N",
        help="without which it does not go on (default: %(default)s)",
    )
    for name, text in (("join", "to join"), ("push", "to show a proxy"), ("acknowledge", "to say what was heard")):
        parser.add_argument(
            f"--{name}", type=whole_number(BLOCKS), default=10, metavar="BLOCKS", help=f"time {text} (default: 10)"
        )
    parser.add_argument("--purpose", metavar="TEXT", help="what data are used for: members then need a permit for it")
    add_content(parser)


def plan_of(args: Namespace) -> dict[str, Any]:
    """The plan as the call takes it; its settings are put into the content store. Raises UsageError, CommandFailed."""
    try:
        quantiser = encode_quantiser(Quantiser(tuple(args.range)))
        settings = LinearSettings(quantiser, args.classes, args.epochs, args.rate, 0)
        settings.parameters  # noqa: B018 (looked at, so that a rate that no descent has is told here)
    except (QuantisationError, LinearModelError) as error:
        raise UsageError(str(error)) from None
    data, store = encode_settings(settings), content_of(args)
    artifact = artifact_of(data)
    if store is None:
        raise UsageError("--content: name the store that members read the settings from, as dir:PATH or kubo:URL")
    try:
        store.put(data)
    except ContentError as error:
        raise CommandFailed(str(error)) from None
    return {
        "settings": {"cid": artifact.cid, "root": artifact.root, "size": artifact.size},
        "purpose": None if args.purpose is None else blake2_256(args.purpose.encode()),
        "noise": "Noiseless",
        "share": args.share * WHOLE_SHARE // 100,
        "rounds": args.rounds,
        "minimum_members": args.members,
        "join": args.join,
        "push": args.push,
        "acknowledge": args.acknowledge,
    }


def feature_range(text: str) -> FeatureRange:
    """`LOW:HIGH`."""
    low, _, high = text.partition(":")
    try:
        return FeatureRange(int(low), int(high))
    except (ValueError, QuantisationError):
        raise ArgumentTypeError(f"{text!r} is no range: two whole numbers as -20:45, the lower one first") from None


def _classes(text: str) -> int:
    if text == "1" or not (text.isascii() and text.isdigit()) or int(text[:6]) > 256:
        raise ArgumentTypeError(f"{text!r} classes: 2 to 256, or 0 where targets are values")
    return int(text)


def _fraction(text: str) -> int:
    """A number with 16 fractional bits."""
    try:
        found = round(float(text) * 2**FRACTION_BITS)
    except (ValueError, OverflowError):
        found = 0
    if not 0 < found < 2**32:
        raise ArgumentTypeError(f"{text!r} is no number above 0 and below 65536")
    return found
