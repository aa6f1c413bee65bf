"""The bars of docs/benchmarks.md: `make bench`, or `python -m tests.bench throughput --short`."""
