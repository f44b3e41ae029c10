"""Area failures: many reports of one fault in one place, handled as one.

When several customers of a territory report a fault within the hour, intake says so. Whoever may
declares the failure; the measure hears of it, and every case that names it hears so too. Cases are
joined when they are taken up or later; those who ask what is wrong are told one thing; and when it
is over, every case that is still open is noted and its owner sees whom to tell.
"""
