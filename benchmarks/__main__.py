"""`python -m benchmarks`: everything, or what `--only` names."""

from benchmarks.run import main

raise SystemExit(main())
