"""Third pass: the shape of the rows that every rule adds, before any rule is read in full.

A rule's rows have the fields of what triggers it and some of its own. The trigger may be the
outcome of another rule, so shapes are found on demand; a rule that in the end triggers itself is
an error here, with the whole circle named.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from shouwen.measures.diagnostics import Span
from shouwen.measures.feel.types import DATE, DATETIME, NUMBER, STRING, EnumType, Type
from shouwen.measures.language.blocks import Fields
from shouwen.measures.language.context import Context
from shouwen.measures.language.document import BlockText
from shouwen.measures.language.model import Field, Label, Relation
from shouwen.measures.language.vocabulary import AT, ID

BREACH = "breach"
STATUS = EnumType("status", ("pending", "met", "breached", "exempt", "unknown", "aim missed"))


PROPOSAL = EnumType("proposal", ("proposed", "decided", "waived", "unknown"))
ACT = EnumType("act", ("yes", "no", "may"), (("是", "yes"), ("否", "no"), ("可以", "may")))
"""Whether an act follows: yes, no, or as an option of the decider."""


def _key(name: str, zh: str, entity: str) -> Field:
    return Field(name, STRING, Label(zh, name), entity)


PERSON = _key("person", "人员", "person")
UNIT = _key("unit", "单位", "unit")
OCCASION = _key("occasion", "事由", "case")
RULE = Field("rule", STRING, Label("规则", "rule"))


DUTY_FIELDS: dict[str, Field] = {
    "status": Field("status", STATUS, Label("状态", "status")),
    "start": Field("start", DATETIME, Label("起算时间", "start")),
    "deadline": Field("deadline", DATETIME, Label("期限", "deadline")),
    "due": Field("due", DATE, Label("期限日", "due day")),
    "performed_at": Field("performed_at", DATETIME, Label("完成时间", "performed at")),
}
"""What the rows of a duty have beside the fields of its trigger."""


@dataclass
class Header:
    """A rule block of which only the name and the trigger have been read."""

    id: str
    construct: str
    block: BlockText
    fields: Fields
    norm: str
    norms: frozenset[str] = frozenset()
    """Every norm a duty may cite (its own and those of its rows)."""

    @property
    def span(self) -> Span:
        """Where the rule is named."""
        value = self.fields.get("id")
        return value.span if value is not None else self.block.span


@dataclass
class Shapes:
    """Finds the relation a rule is triggered by and the relation it makes."""

    context: Context
    headers: dict[str, Header] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)
    _triggers: dict[str, Relation] = field(default_factory=dict)
    _breaches: dict[frozenset[str], Relation] = field(default_factory=dict)

    def of(self, name: str, span: Span) -> Relation | None:
        """The relation of an event type or a rule; None (with an error) if there is none."""
        context = self.context
        if name in context.relations:
            return context.relations[name]
        inner = name.removeprefix("breach of ")
        header = self.headers.get(inner) or self.headers.get(inner.rpartition(".")[0])
        if header is None:
            by_label = next((h for h in self.headers.values() if self._label(h) == name), None)
            if by_label is None:
                return context.relation(name, span)
            header = by_label
        if header.id in self.open:
            self._circle(header, span)
            return None
        self.open.append(header.id)
        try:
            self._make(header)
        finally:
            self.open.pop()
        return context.relations.get(name) or context.relations.get(header.id)

    def trigger(self, header: Header) -> Relation | None:
        """The relation whose rows trigger a rule (several are merged into one)."""
        known = self._triggers.get(header.id)
        if known is None:
            known = self._trigger(header)
            if known is not None:
                self._triggers[header.id] = known
        return known

    def _trigger(self, header: Header) -> Relation | None:
        fields = header.fields
        on = fields.get("on")
        if on is not None:
            found = self.triggers(header)
            return self.context.merged(found) if found else None
        if fields.get("every") is not None:
            return self.periodic(header)
        return Relation(header.id, Label(header.id, header.id), {"id": ID, "at": AT})

    def triggers(self, header: Header) -> list[Relation]:
        """The relations that `on` names, one by one."""
        fields = header.fields
        on = fields.get("on")
        found = []
        for word, span in on.words() if on is not None else ():
            if word in (BREACH, "违规"):
                relation = self.breaches(self.clauses(fields), span)
            else:
                relation = self.of(word, span)
            if relation is not None:
                found.append(relation)
        return found

    def clauses(self, fields: Fields) -> frozenset[str]:
        """The clauses an `of` key names, with all that stands under them."""
        written = fields.get("of")
        found: set[str] = set()
        for word, span in written.words() if written else ():
            norm = self.context.norm(word, span)
            if norm is not None:
                stack = [self.context.clauses[norm]]
                while stack:
                    clause = stack.pop()
                    found.add(clause.id)
                    stack.extend(clause.children)
        return frozenset(found)

    def breach_sources(self, clauses: frozenset[str]) -> list[Header]:
        """The duties and findings that can make breaches of these clauses (of any, if empty)."""
        return [
            h
            for h in self.headers.values()
            if h.construct == "finding"
            or (h.construct == "duty" and (not clauses or h.norms & clauses))
        ]

    def breaches(self, clauses: frozenset[str], span: Span) -> Relation | None:
        """The relation `breach`, as wide as all the rows that can be in it."""
        known = self._breaches.get(clauses)
        if known is None:
            known = self._breach_relation(clauses, span)
            if known is not None:
                self._breaches[clauses] = known
        return known

    def _breach_relation(self, clauses: frozenset[str], span: Span) -> Relation | None:
        columns: dict[str, Field] = {}
        for header in self.breach_sources(clauses):
            if header.id in self.open:
                self._circle(header, span)
                return None
            self.open.append(header.id)
            try:
                relation = self.trigger(header)
            finally:
                self.open.pop()
            columns |= dict(relation.fields) if relation is not None else {}
            if header.construct == "duty":
                columns |= DUTY_FIELDS
        return Relation(BREACH, Label("违规", "breach"), {**columns, **self._breach_fields()}, span)

    def periodic(self, header: Header) -> Relation:
        """The rows of a periodic rule: one for every period and subject."""
        columns: dict[str, Field] = {
            "id": ID,
            "at": AT,
            "period_start": Field("period_start", DATE, Label("期初", "period start")),
            "period_end": Field("period_end", DATE, Label("期末", "period end")),
        }
        each = header.fields.get("each")
        parts = each.fields("each", EACH_KEYS) if each is not None and each.is_mapping else None
        key, source = (parts.get("key"), parts.get("in")) if parts is not None else (None, None)
        if key is not None and source is not None:
            relation = self.of(source.word(), source.span)
            column = relation.fields.get(key.word()) if relation is not None else None
            columns[key.word()] = column or _key(key.word(), key.word(), key.word())
        return Relation(header.id, Label(header.id, header.id), columns)

    def _make(self, header: Header) -> None:
        context = self.context
        if header.construct == "ledger":
            self._ledger(header)
            return
        trigger = self.trigger(header)
        columns = dict(trigger.fields) if trigger is not None else {"id": ID, "at": AT}
        label = Label(self._label(header), header.id)
        if header.construct == "duty":
            columns |= {**DUTY_FIELDS, "person": PERSON, "unit": UNIT}
            breach = Relation(
                f"breach of {header.id}",
                Label(f"违反{header.id}", f"breach of {header.id}"),
                {**columns, **self._breach_fields()},
                header.span,
            )
            context.relations[breach.name] = breach
        elif header.construct == "finding":
            columns |= self._breach_fields()
        elif header.construct == "consequence":
            columns |= {
                "norm": Field("norm", context.vocabulary.norms, Label("条款", "norm")),
                "person": PERSON,
                "unit": UNIT,
                "occasion": OCCASION,
                "share_of": Field("share_of", STRING, Label("连带于", "share of")),
            }
            for name, quantity in context.vocabulary.quantities.items():
                columns[name] = Field(name, NUMBER, quantity.label)
            columns["status"] = Field("status", PROPOSAL, Label("状态", "status"))
            for name, act in context.vocabulary.acts.items():
                columns[name] = Field(name, ACT, act)
            shares = f"{header.id}.shares"
            context.relations[shares] = Relation(
                shares, Label(f"{label.zh}.连带", shares), columns, header.span
            )
        elif header.construct == "grade":
            for name, type_ in self._grade_outputs(header).items():
                columns[name] = Field(name, type_, Label(name, name))
        context.relations[header.id] = Relation(header.id, label, columns, header.span)

    def _ledger(self, header: Header) -> None:
        per = header.fields.word("per", "person")
        key = _key(per, per, per)
        columns = {
            "id": ID,
            "at": AT,
            per: key,
            "amount": Field("amount", NUMBER, Label("数额", "amount")),
            "balance": Field("balance", NUMBER, Label("余额", "balance")),
        }
        if per != "unit":
            columns["unit"] = UNIT
        label = Label(self._label(header), header.id)
        self.context.relations[header.id] = Relation(header.id, label, columns, header.span)
        thresholds = header.fields.get("thresholds")
        for item in thresholds.items() if thresholds else ():
            name = f"{header.id}.{item.fields('threshold', THRESHOLD_KEYS).word('id')}"
            self.context.relations[name] = Relation(name, Label(name, name), columns, item.span)

    def _grade_outputs(self, header: Header) -> dict[str, Type]:
        table = header.block.table
        found: dict[str, Type] = {}
        for cell in table.header if table else ():
            if cell.text.startswith(("→", "->")):
                name = cell.text.lstrip("→->").strip()
                known = self.context.vocabulary.type_named(name)
                found[name] = known[0] if known else STRING
        return found

    def _breach_fields(self) -> dict[str, Field]:
        norms = self.context.vocabulary.norms
        return {
            "id": ID,
            "at": AT,
            "norm": Field("norm", norms, Label("条款", "norm")),
            "rule": RULE,
            "person": PERSON,
            "unit": UNIT,
            "occasion": OCCASION,
        }

    @staticmethod
    def _label(header: Header) -> str:
        label = header.fields.get("label")
        if label is None:
            return header.id
        if not label.is_mapping:
            return label.word()
        return label.fields("label", ("zh", "en")).word("zh") or header.id

    def _circle(self, header: Header, span: Span) -> None:
        circle = [*self.open[self.open.index(header.id) :], header.id]
        self.context.report.error(
            "cycle",
            "These rules depend on each other in a circle: " + " → ".join(circle) + ".",
            span,
            hint="A rule can only look at rules before it. Narrow `on: breach` with `of:`, or use "
            "`breach of <duty>`.",
            related=tuple((f"{n} is here", self.headers[n].span) for n in dict.fromkeys(circle)),
        )


THRESHOLD_KEYS = ("id", "when", "norm", "label")
EACH_KEYS = ("key", "in", "from", "until")
