"""Inspections: looking for oneself, by programme, rota and checklist, and seeing that things are
put right.

Whatever is found becomes the measure's event; whether it is a breach and what follows is the
measure's to say, not ours. What the pages ask for is read from the adopted measure too: the norms
that can be found, the standards that checklists are made of, the facts it wants to know besides.

- `measure`: what the adopted measure says of inspecting. `judgement`: what it makes of a finding.
- `models`: plans, inspections, findings, phones, the rota, samples. Findings, second looks,
  pictures and samples are only ever added to; one that was wrong is taken back, with the reason.
- `actions`: everything that changes them. `bounds`: how far back something may be told.
- `drawing`: samples that nobody can choose and anyone can draw again.

A finding belongs to the unit in which its person worked on the day of the act
(`house.queries.unit_on`), and the readings in force on that day judge it. What one act brought
about is one occasion (`Finding.occasion`, the measure's `case`), however many norms it broke.
"""
