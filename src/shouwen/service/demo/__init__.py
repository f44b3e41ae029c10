"""A demonstration: five organisations, one for each measure, with four weeks of history.

Nothing in it is real. People, customers and streets are made up from lists, the same on every
machine for the same day; everything that happened is done through the same actions that people
use, with the clock set to the day on which it happened.

- `houses`: the organisations: units, people, logins, territories.
- `days`: four weeks of calls, visits and call-backs of those that serve customers at home.
- `complaints`: complaints of all five, from new to on file.
- `stories`: the stories told by the scenarios of a measure, moved to the present.
- `timemachine`: moves the clock of the service forward, in a demonstration only.
"""
