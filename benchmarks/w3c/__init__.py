"""The test suites of W3C for SPARQL 1.0, 1.1 and 1.2 against the running service: ``python -m benchmarks.w3c``."""
