"""After the visit: the call the next morning, and whether the customer is content.

Each job that was done yesterday is on this morning's list. Whoever calls hears the customer out and
writes down the answer; who cannot be reached stays on the list; an unhappy answer opens a new case
that takes up the old one, owned by whoever heard it.
"""
