"""The records of customers: found, kept, brought in from a spreadsheet and taken out to one.

A file is taken whole or refused whole: every row that is wrong is named with its column and what to
do, and nothing is kept until none is. Whoever takes records out is noted, since they are personal
data.
"""
