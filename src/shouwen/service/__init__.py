"""The daily service: a measure that an organisation runs all day.

A Django project, one app per area of work. Whatever happens is an *act*; the act is written in the
transaction of the state change, translated into events of the adopted measure, and the measure
says what follows: clocks, breaches, consequences. No app decides a deadline, a fine or a point.

Rooms, from the ground up; imports go downwards only:

- `clock`: the only source of "now". `database`: the embedded server, roles and addresses.
- `limits`: how often something may be asked.
- `tenancy`: organisations and the wall between them. `accounts`: who logs in.
- `organisations`: units, people, posts, territories, rosters. `access`: who may do and see what.
- `audit`: what was done and looked at, in a chain of hashes.
- `enactment`: the bridge to `shouwen.measures`: adoption, acts, events, clocks.
- `ui`: what pages are made of. `signin`: second factors, sessions, rules for signing in.
- then one app per area of work, and `desk`, which shows them.

Every app has the same rooms: `models`, `actions` (all that changes state), `queries`,
`permissions`, `views`, `templates`; its tests are under `tests/service/<app>`.
"""
