"""Federated training by several parties on a chain of their own: from data to a typed result.

`definition`   what a scenario is: parties with rows, models to train, test sets, and a measure that a person reads
`conduct`      what the dishonest do otherwise
`case_mix`     hospitals that see different patients;  `health`, `air_quality`, `digits`: scenarios
`street_air`   the air of a made-up town;  `provenance`: where rows come from;  `trackers`: signed readings
`cast`         the accounts;  `economy`: stakes, rewards, penalties, deadlines
`stage`        the chain that a scenario is played on, and what it lets the players do
`acts`         what there is besides rounds:  `registration`, `erasure`, `never_joined`, `dispute`, `privacy`, `hiding`
`play`         stake, models and tasks, rounds, a referendum in between, rounds
`baselines`    every party alone, and everybody's rows in one place;  `undefended`: the same without a robust rule
`chronicle`    blocks read back, with what their events say;  `wording`: what the chain's enumerations are called
`rounds`       what came of each round;  `models`: answers of a model's bytes;  `confusion`: which are wrong
`costs`        what blocks and workers took;  `accounts`: who earned and who lost what
`outcome`      the result, `telling`: how it is gathered, `as_json`: the same for programs

Who aggregates, who is drawn, who is paid: all of that is decided on chain by the pallets; nothing here decides it.
"""
