"""Proofs and measurements that take longer than a test: run as ``python -m benchmarks.<name>``."""
