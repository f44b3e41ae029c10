"""Telling people: a clock is about to expire or has, or a day that we set ourselves.

Whom is for the organisation to say (`organisations.EscalationRule`); without a rule, whoever bears
the duty is told at amber, and the head of the unit as well at red. A notice is written in the
transaction in which the clock turns, so it is never lost and never doubled.

Days that no measure sets (something is to be put right by, a page is to be public by) have no
clock. The worker looks for those that are near or past and `tell`s of each once, to the same people
as of a clock: the organisation's rules for all duties hold for them too.
"""
