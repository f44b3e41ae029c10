"""The measure as a book that people read and write in, made from its vocabulary alone.

Whatever measure an organisation has adopted, these pages run the whole of it: no page here knows
an event, a norm or a field by name. Other apps are quicker ways to do the same for the work that
they know.

- `words`: the measure's own labels, in the language of the page; event types in groups.
- `forms`: a form for any event type; `preview`: what the measure would say, without writing.
- `sheets`: events from and to spreadsheets; a file is taken whole or refused whole.
- `queries`: who may see which events and breaches, and of what they may ask why.
- `changes`: what other readings would change for threads that are open.
- `record`: what the measure says of a person.
- `actions`: register, take back, adopt.
"""
