"""Audit federated rounds: replay them from the chain alone, and explain each payout.

A chain is a folder (`palletlab dev --base-path`), an exported file (`palletlab demo`), or the URL of a node. Every
block of a round is executed again, the model, the metric and the contributions are computed again from the artifacts,
and so are the payouts. Who was drawn to judge is set against who was to be expected, by stake. Whatever does not fit
is named, and the exit code is 1.
"""

from __future__ import annotations

from argparse import Namespace, RawDescriptionHelpFormatter

from chain.content.memory import MemoryStore
from chain.crypto.second_core import SecondCore
from chain.node.signature_cache import SignatureCache
from node_cli.command import DONE, FAILED, CommandFailed, Parser, UsageError, print_json
from node_cli.content_options import add_content, content_of
from node_cli.options import add_json, whole_number
from node_cli.round_audit.audited import Audit, audited
from node_cli.round_audit.recorded import AuditError, RecordedChain, recorded_chain
from node_cli.round_audit.replaying import ended_rounds
from node_cli.round_audit.sampling import together
from node_cli.round_audit.telling import as_json, print_audit, validators_json, validators_text
from pallets.federated_round.audit import Content
from runtime.dev import runtime_factory

NUMBERS = range(2**32)


def add_arguments(parser: Parser) -> None:
    """The verbs, with their options."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True, help="one of these")
    text = "Replay rounds that are over, and print each payout with its reason."
    audit = verbs.add_parser(
        "audit", help=text, description=text, formatter_class=RawDescriptionHelpFormatter, allow_abbrev=False
    )
    audit.add_argument("source", metavar="CHAIN", help="a folder, a file of exported blocks, or ws:// or http://")
    audit.add_argument("--task", type=whole_number(NUMBERS), metavar="N", help="rounds of this task alone")
    audit.add_argument("--round", type=whole_number(NUMBERS), metavar="N", help="this round of the task alone")
    add_content(audit)
    add_json(audit)


def run(args: Namespace) -> int:
    """Find the rounds, replay them, tell."""
    if args.round is not None and args.task is None:
        raise UsageError("--round needs --task: which task's round?")
    content = content_of(args)
    get = MemoryStore().get if content is None else content.get
    try:
        with recorded_chain(args.source, runtime_factory(SignatureCache(verifier=SecondCore()))) as chain:
            audits, broken = _audits(chain, args, get), chain.broken
    except AuditError as error:
        raise CommandFailed(str(error)) from None
    fits = broken is None and not any(audit.findings for audit in audits)
    if args.json:
        sample = together(audit.validators for audit in audits if audit.validators is not None)
        judges = None if sample is None else validators_json(sample)
        rounds = [as_json(audit) for audit in audits]
        print_json({"rounds": rounds, "validators": judges, "broken": broken, "fits": fits})
    else:
        for audit in audits:
            print_audit(audit)
        sample = together(audit.validators for audit in audits if audit.validators is not None)
        if sample is not None and len(audits) > 1:
            print(f"\nAll {len(audits)} rounds together. {validators_text(sample)}")
        if broken is not None:
            print(f"\n{broken}; nothing after it was audited.")
        if not audits:
            print("No round of the chain is over.")
    return DONE if fits else FAILED


def _audits(chain: RecordedChain, args: Namespace, content: Content) -> list[Audit]:
    if args.round is not None:
        return [audited(chain, args.task, args.round, content)]
    chosen = [(task, number) for task, number in ended_rounds(chain) if args.task in (None, task)]
    return [audited(chain, task, number, content) for task, number in chosen]
