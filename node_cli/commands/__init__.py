"""The verbs of `palletlab`, one module each: `demo`, `replay`.

A module has a docstring, whose first line is its help, `add_arguments(parser)` and `run(arguments) -> exit code`.
"""
