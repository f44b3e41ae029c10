"""Complaints: what a customer or a colleague holds against us, kept whole, looked into, answered.

A complaint is a thing of its own, whatever way it came: by phone, on the web, from the opinion book
or box, the media, a superior body or a colleague. Three ideas run through the app:

- **Nothing is hidden.** A complaint cannot be deleted, nor its words changed, by anyone who works
  here; what is done with it is a step in a history that only grows. Withdrawn, found baseless or
  told twice, it stays.
- **Who complained is known to few.** The complainant stands in a table of its own, which no list
  reads. Pages show a mask; whoever reads the name is written down. The events that the measure is
  asked about, the log and the acts name the complaint, never the complainant: a customer or a
  colleague who is rewarded is called by the complaint's number there, and so is the decision on the
  reward (`conduct`). Whoever is complained about
  does not find the complaint at all, until someone asks them for their side of it.
- **The measure decides.** Reporting, looking into it, the breach of what was verified, the reward
  of whoever was right to complain: each is what the adopted measure says of the events.
  What it sets no time for has none, unless we promise one.

A customer who calls with a complaint is taken up at intake like any other; the case passes its
words and its customer on to the complaint and keeps neither.

Read `models`, then `standing` (who sees what), `measure` (what the measure says), `actions`.
"""
