"""Work at the customer's: repair, installation, relocation, exchange, capacity, help with payment.

A case may need several work orders; each has a technician, appointments, parts, a slip that the
customer signs. What must be done by when, and what must be there before it can be closed, is the
measure's to say.
"""
