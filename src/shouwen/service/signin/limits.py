"""How often signing in may be tried.

Only what fails counts: what succeeds is given back. A code has a million values, three of which are
good at a time; at one try a minute it takes about five months to guess one with even odds, and the
password must be known before.
"""

from __future__ import annotations

from datetime import timedelta

from shouwen.service.limits.buckets import Limit

ACCOUNT = Limit("signin.account", 8, timedelta(minutes=1))
ADDRESS = Limit("signin.address", 30, timedelta(seconds=10))
CODE = Limit("signin.code", 5, timedelta(minutes=1))
