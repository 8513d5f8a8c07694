"""The command `palletlab`: what a person does with the chain from a terminal.

`main` (argv to exit code), `command` (what a command is, and how it fails), `options` (values that several commands
take), `progress` (bars on standard error), `output_folder` (all files of a run or none), `units` (how figures are
written), `commands/` (one module a verb), `pallet_template` (a new pallet, from `templates/`), `scenario/` (federated
training on a chain of its own, from data to a typed result), `dev_node` with `dev_options`, `worker_options`,
`logs` and `node_log` (a node that clients connect to), `chosen_runtime` and `watch/` (what it runs, and edits of that
while it runs), and the result for a person: `verdicts` in sentences, `tables` in a terminal, `report/` as a web page;
`spec_view` shows what a chain begins with, `control/` is what `palletlab chain` does to a running node, `exchange/`
what `palletlab exchange` does on any, and `content_options` says where workers keep artifacts. Recorded runs of workers
are shown by `recording_view`, and `worker_report` adds up what they took; `simulate/` attacks them, seed by seed.
`round_audit/` replays federated rounds. Federations without a chain are drawn by the chain's lottery, whose bias
`lottery_figures` tells.
"""
