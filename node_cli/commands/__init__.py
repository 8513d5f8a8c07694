"""The commands, one module each.

`chain`, `content`, `demo`, `dev`, `exchange`, `new`, `replay`, `round`, `simulate`, `spec`, `version`, `worker`.
`attacks` and `federate` play federations without a chain.
"""
