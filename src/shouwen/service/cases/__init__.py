"""Cases: what a customer wants, and who owns it.

Whoever is asked first owns the case until someone else accepts it (首问负责). A case is closed only
when its work is done and the measure asks for nothing more. Its number is the key `case` of the
measure's events, so its clocks, its timeline and its breaches are all found by it.
"""
