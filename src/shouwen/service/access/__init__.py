"""The one gate: who may do and see what.

- `permissions`: each app declares what can be done with its things, and which roles may.
- `actor`: who is asking, in which organisation, with which roles and how far they reach.
- `gate`: `page` guards a view; `visible` keeps a query to what the actor may see; `require` guards
  an action. What is outside an actor's sight is not there: 404, never a hint.
- `middleware` makes the actor of a request and enters its organisation.
"""
