"""Whom the organisation serves, and how they reach it: customers, calls, the counter's queue."""
