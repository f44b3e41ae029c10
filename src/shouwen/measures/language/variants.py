"""Variants: a measure that is another one but for stated differences.

``variant of: ../power`` takes over all of the other measure. What the variant writes itself
restates: a clause with the same anchor replaces that clause's words, a rule, fact or reading with
the same id replaces that one, everything else is added. ``without: [3.3bis]`` leaves clauses out,
with all that stands under them. What is inherited, restated or its own stays visible.
"""

from __future__ import annotations

from shouwen.measures.diagnostics import Report, Span, did_you_mean
from shouwen.measures.language.document import ClauseText, Document

INHERITED, RESTATED, OWN = "inherited", "restated", "own"


def merge(
    base: list[Document],
    own: list[Document],
    without: list[tuple[str, Span]],
    report: Report,
) -> list[Document]:
    """The documents of a variant: those of the base as changed, then its own."""
    known = {c.id: c for d in base for c in d.clauses}
    for clause in known.values():
        clause.origin = INHERITED
    for document in base:
        for block in document.blocks:
            block.inherited = True
    removed = _removed(known, without, report)
    for document in base:
        document.clauses = [c for c in document.clauses if id(c) not in removed]
        document.blocks = [
            b for b in document.blocks if b.clause is None or id(b.clause) not in removed
        ]
    for clause in known.values():
        clause.children = [c for c in clause.children if id(c) not in removed]
    kept = {c.id: c for d in base for c in d.clauses}
    for document in own:
        _restate(document, kept)
    return [*base, *own]


def _removed(
    known: dict[str, ClauseText], without: list[tuple[str, Span]], report: Report
) -> set[int]:
    removed: set[int] = set()
    for word, span in without:
        clause = known.get(word)
        if clause is None:
            report.error(
                "unknown-norm",
                f"The measure this is a variant of has no clause '{word}'.",
                span,
                hint=did_you_mean(word, known) or "`without` lists clauses of the other measure.",
            )
            continue
        stack = [clause]
        while stack:
            current = stack.pop()
            removed.add(id(current))
            stack.extend(current.children)
    return removed


def _restate(document: Document, kept: dict[str, ClauseText]) -> None:
    """Fold a document's clauses into the clauses that are kept."""
    added: list[ClauseText] = []
    for clause in document.clauses:
        base = kept.get(clause.id)
        if base is None:
            clause.origin = OWN
            if clause.parent is not None and clause.parent.id in kept:
                clause.parent = kept[clause.parent.id]
                if clause not in clause.parent.children:
                    clause.parent.children.append(clause)
            added.append(clause)
            continue
        if clause.text or clause.is_item:
            base.title, base.text, base.gloss = clause.title, clause.text, clause.gloss
            base.span, base.origin = clause.span, RESTATED
    document.clauses = added
    for block in document.blocks:
        if block.clause is not None and block.clause.id in kept:
            block.clause = kept[block.clause.id]
