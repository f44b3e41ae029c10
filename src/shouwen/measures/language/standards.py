"""Reads `conduct`, `publication`, `roster` and `prose` blocks: norms without clocks."""

from __future__ import annotations

from shouwen.measures.diagnostics import did_you_mean
from shouwen.measures.language.blocks import Fields
from shouwen.measures.language.context import Context
from shouwen.measures.language.document import BlockText
from shouwen.measures.language.model import Conduct, Label, Prose, Publication, Roster


def _id(fields: Fields, norms: tuple[str, ...]) -> str:
    return fields.word("id") or (norms[0] if norms else "")


def _label(context: Context, fields: Fields, block: BlockText) -> Label:
    clause = block.clause.id if block.clause is not None else ""
    return context.label(fields.get("label"), context.clause_label(clause))


def read_conduct(context: Context, fields: Fields, block: BlockText) -> Conduct:
    """A standard of conduct: which norms, for which roles, at which places."""
    norms = context.norms_of(fields, block)
    roles_value, places, never = fields.get("role"), fields.get("place"), fields.get("never")
    roles = []
    by_label = {label.zh: name for name, label in context.vocabulary.roles.items()}
    for word, span in roles_value.words() if roles_value is not None else ():
        name = by_label.get(word, word)
        if name not in context.vocabulary.roles:
            context.report.error(
                "unknown-role", f"There is no role '{word}'.", span,
                hint=did_you_mean(word, [*context.vocabulary.roles, *by_label])
                or "Declare it under roles in a vocabulary.",
            )  # fmt: skip
            continue
        roles.append(name)
    forbidden = []
    for word, span in never.words() if never is not None else ():
        norm = context.norm(word, span, block)
        if norm is not None and norm not in norms:
            context.report.error(
                "norm-not-listed", f"{norm} is not among the norms of this conduct.", span,
                hint="Add it to `norms:`.",
            )  # fmt: skip
        forbidden += [norm] if norm is not None else []
    return Conduct(
        _id(fields, norms),
        norms,
        _label(context, fields, block),
        tuple(roles),
        tuple(w for w, _ in places.words()) if places is not None else (),
        tuple(forbidden),
        block.span,
    )


def read_publication(context: Context, fields: Fields, block: BlockText) -> Publication:
    """Something that must be public."""
    norms = context.norms_of(fields, block)
    where = context.label(fields.need("where", "where it is published"), Label("", ""))
    by = fields.word("by")
    return Publication(
        _id(fields, norms), norms, _label(context, fields, block), where, by, block.span
    )


def read_roster(context: Context, fields: Fields, block: BlockText) -> Roster:
    """A post that must be staffed."""
    norms = context.norms_of(fields, block)
    window = fields.get("window")
    name = window.word() if window is not None else None
    if window is not None and name not in context.windows:
        context.report.error(
            "unknown-window", f"There is no window '{name}'.", window.span,
            hint=did_you_mean(name or "", context.windows) or "Declare it in a window block.",
        )  # fmt: skip
    label = _label(context, fields, block)
    return Roster(_id(fields, norms), norms, label, fields.word("role"), name, block.span)


def read_prose(context: Context, fields: Fields, block: BlockText) -> Prose:
    """Norms that demand nothing, with the reason."""
    reason = context.label(fields.need("reason", "why nothing can be enacted"), Label("", ""))
    return Prose(context.norms_of(fields, block), reason, block.span)
