"""Signing in, and keeping one's own sign-in safe.

What is hard about it (passwords, codes, sessions, the order of the steps) is django-allauth's; what
is ours is how it meets the house: who must use a second factor, how often a password may be tried,
what is logged, and how the pages look.

- `policy`: what an organisation asks for; who needs a second factor and has none.
- `adapters`: allauth's hooks: limits, logging, secrets that are kept encrypted.
- `middleware`: nobody gets past the page on which a factor is added who must have one, and a
  session that lay idle too long ends.
- `security`: the walls around allauth's tables, which are no tenant tables.
- `actions`, `views`, `forms`: the pages.

A name that is tried is never said to exist or not: limits count names that do not exist too, and
the answer is the same. Signing in happens outside of any organisation, even for someone who is in
one already: who comes next may belong to another.
"""
