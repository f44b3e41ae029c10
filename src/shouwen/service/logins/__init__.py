"""Who gets a login, and which roles it has.

Nobody ever knows the password of another. Whoever runs the organisation gives someone a *link*,
shown once and good once, behind which they choose a password of their own; a new link is also the
answer to a password that was forgotten.

- `standing`: how far an administrator reaches, and who must remain. They give no role that reaches
  further than their own, change none of their own, and cannot lock the organisation out.
- `links`: the links: kept as hashes, with an end, withdrawn by the next one.
- `actions`: inviting, closing and opening a login, asking for a new password, roles with dates.
- `found`: an organisation from nothing, with its first administrator; for a command.
- `views`: the pages of the administrator. `invited`: the page behind a link, for whoever holds it.

What is hard about signing in itself is in `signin`; a login that is closed is out at once.
"""
