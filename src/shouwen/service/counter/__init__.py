"""The counter of a hall: numbers, turns, and who may go first.

A customer draws a number; clerks call the next one. Someone old, disabled or unwell may go first if
those who are overtaken agree: the clerk asks, and how many were asked and agreed is kept. How long
someone waited goes to the measure with the act, which says whether an apology was due.
"""
