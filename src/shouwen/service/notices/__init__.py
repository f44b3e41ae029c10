"""Telling people: a clock is about to expire or has.

Whom is for the organisation to say (`organisations.EscalationRule`); without a rule, whoever bears
the duty is told at amber, and the head of the unit as well at red. A notice is written in the
transaction in which the clock turns, so it is never lost and never doubled.
"""
