"""The command `palletlab`: what a person does with the chain from a terminal.

`main` (argv to exit code), `command` (what a command is, and how it fails), `options` (values that several commands
take), `output_folder` (all files of a run or none), `commands/` (one module a verb), `scenario/` (federated training on
a chain of its own, from data to a typed result), `report/` (the result as tables and as a web page).
"""
