"""All that changes complaints.

- `receiving`: taking one down, from whoever it comes; from a case at intake.
- `handling`: concerned persons, reporting, investigator, notes, statements, evidence.
- `deciding`: the result, told to the measure; taking it up again.
- `answering`: the promise, the reply, the reward, withdrawal, joining, putting on file.
"""
