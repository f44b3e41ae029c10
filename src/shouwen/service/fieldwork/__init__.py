"""The technician's phone: today's jobs, step by step, with or without network.

A step is a small form. The phone's script (`ui/static/ui/field.js`) keeps it with an id and the
instant at which it was done, and sends it when there is network; told twice it is done once. What
cannot be applied any more (the job was given away, the step was done) is answered with the reason,
and what the technician told is kept in the case's timeline, so that nothing is lost.
"""
