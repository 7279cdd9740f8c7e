"""Proofs that no plan of a small instance costs less than a value."""
