"""Taking up what a customer wants, in seconds and without the mouse.

One page for the phone, the counter, the web and a pasted chat message. As soon as a number is typed
(or the switch tells of a call) the customer's record, open cases and earlier ones are there; the
address finds the territory; the topic is one key. `take_up` opens the case and orders the work.
"""
