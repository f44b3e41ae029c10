"""Conduct: from what was found to a decision that can be defended, its entry in the accounts, and
the appeal.

The measure proposes, a person answers. What the measure says of a person (an agent, a unit) rests
on everything about them: a second breach within the year, a share of a superior. So it is asked
about each *subject* with the events that weigh, and its answer is kept as *proposals*, a
projection that can be made anew at any time. A *decision* is written once: numbered without gaps,
with the facts, readings and arithmetic it rests on frozen in it. It is amended or revoked by a
later decision only, and told to the measure as `decision.made`, so that ledgers and grades follow.

- `models`: subjects and proposals; decisions and what follows them (served, acknowledged,
  appealed); the book of accounts, a chain of hashes; wages and deductions.
- `slices`: which events the measure must see to speak of a subject; `asking`: its answer.
- `apart`: duties that hang on a person's account or breaches, which no thread alone can tell of.
- `keeping`: who must be asked about anew, and proposals as they were last said.
- `concerns`: who may not decide, since it concerns them; `deciding` (and `actions`): decisions;
  `freezing`: what is kept with them; `appeals`; `accounts`; `payroll`.
- `notice`: a decision on paper.
"""
