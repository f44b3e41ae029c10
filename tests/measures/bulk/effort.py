"""How hard the property tests of this room try: `make long` tries much harder."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings

LONG = settings.default.max_examples >= 1_000


def examples(usual: int, long: int) -> settings:
    """So many examples in a usual run, so many in a long one."""
    too_large = [HealthCheck.data_too_large, HealthCheck.too_slow, HealthCheck.large_base_example]
    return settings(max_examples=long if LONG else usual, suppress_health_check=too_large)


def seeds(usual: int, long: int) -> settings:
    """So many seeds of random logs. A smaller seed is no smaller log, so there is no shrinking:
    `smallest` does that."""
    phases = (Phase.explicit, Phase.reuse, Phase.generate)
    return settings(max_examples=long if LONG else usual, phases=phases)
