"""Thousands of histories of workers under attack, for `palletlab simulate`.

`task`      what is played, by names that another process finds again
`choice`    from these names to a scenario and to properties
`seeds`     one verdict a seed, one after the other or on joblib's backends
`history`   the file of a history that failed
`telling`   what the command prints
"""
