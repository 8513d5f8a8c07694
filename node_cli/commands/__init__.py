"""The commands, one module each.

`chain`, `content`, `demo`, `dev`, `new`, `replay`, `round`, `simulate`, `spec`, `version`, `worker`.
"""
