"""The bridge between daily work and the measure. Nothing else in the service computes a deadline.

- `models`: the measure an organisation has adopted; what happened (`Act`, in the service's words,
  and `Event`, in the measure's); what the measure says of it (`Clock`, `Breach`).
- `dialects`: how acts are told in the vocabulary of each measure (data, not code).
- `bridge`: `perform` writes an act and its events in the transaction of a state change, and asks
  the measure anew about the thread they belong to.
- `threads`: which events belong together. A *thread* is everything about one case, complaint,
  order, …; the standing thread is what belongs to none. A thread is small, so that asking the
  measure about it takes milliseconds, however large the log.
- `projection`: what the service shows of the measure's answer.
- `refusals`: what a measure does not take leads back to the form it was sent from.
- `elsewhere`: duties that hang on a person are asked about by person, in a room above (`conduct`).
- `alarms`: waking up when a clock turns amber or expires, without an event; `waking`: threads that
  an event elsewhere concerns.

The measure in force when a thread began decides about it to its end, so a new version or reading
changes the clocks of new cases; `preview` shows what it would change for open ones.
"""
