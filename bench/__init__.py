"""The benchmarks that `make bench` runs. README.md in this folder has the results."""
