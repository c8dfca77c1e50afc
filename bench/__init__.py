"""The benchmarks: `make bench`. What they measured is in README.md, here."""
