"""Random but plausible histories of a cable operator: repairs, complaints, receipts, decisions.

Every history has people, cases and units of its own (its prefix), so that many can be evaluated
as one log. Only the days declared special are common to all.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from shouwen.measures.evaluation import Event

ZONE = ZoneInfo("Asia/Shanghai")
AS_OF = datetime(2026, 10, 8, 12, tzinfo=ZONE)
TYPES = (
    "post.held", "special-time.declared", "decision.made", "repair.reported", "repair.arrived",
    "repair.classified", "linecheck.announced", "repair.restored", "appointment.agreed",
    "weather.postponed", "complaint.verified", "finding.made", "receipt.returned",
    "receipt.sent-back",
)  # fmt: skip
RULES = (
    "arrive", "restore", "no-overnight", "general-fine", "slip-fine", "grave", "heavy-fine",
    "suspension", "admonish-chief", "chief-resigns",
)  # fmt: skip
DAYS = [
    date(2026, 5, 6), date(2026, 5, 8), date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 7),
]  # fmt: skip
CLOCK = ["00:00:00", "07:59:59", "08:00:00", "10:30:15", "20:59:59", "21:00:00", "21:00:01",
         "23:30:00", "23:59:59"]  # fmt: skip
AFTER = [0, 1, 1799, 1800, 1801, 3600, 3601, 7200, 7201, 20_000, 43_200, 43_201, 86_400, 86_401,
         130_000, 200_000]  # fmt: skip
NORMS = ["3.3.2c", "3.3.3c", "3.3.6a", "3.3.3b", "3.2.6c", "3.3.10a"]

moments = st.builds(
    lambda day, clock: datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZONE),
    st.sampled_from(DAYS),
    st.sampled_from(CLOCK),
)
later = st.sampled_from(AFTER).map(lambda s: timedelta(seconds=s))
yes_no_unknown = st.sampled_from([True, True, True, False, None])


def some(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


@st.composite
def repairs(draw: st.DrawFn, n: int) -> list[tuple[str, datetime, dict[str, Any]]]:
    """One repair and what happens to it."""
    case, at = f"c{n}", draw(moments)
    found: list[tuple[str, datetime, dict[str, Any]]] = [
        (
            "repair.reported",
            at,
            {
                "case": case,
                "technician": draw(some("T1", "T2", "T1", None)),
                "unit": draw(some("U1", None, None)),
                "area": draw(some("城区", "城区", "农村", None)),
            },
        )
    ]
    for kind in draw(
        st.lists(
            some("arrived", "restored", "appointment", "appointment", "weather", "classified",
                 "linecheck", "returned", "sent back", "again"),
            max_size=6,
        )
    ):  # fmt: skip
        when = at + draw(later) * draw(some(1, 1, 1, -1))
        facts: dict[str, Any] = {"case": case}
        match kind:
            case "arrived":
                type_ = "repair.arrived"
            case "restored":
                type_ = "repair.restored"
                facts |= {"person": draw(some("T1", None)), "unit": draw(some("U2", None))}
            case "appointment":
                type_ = "appointment.agreed"
                facts |= {
                    "person": draw(some("T1", "T2")),
                    "visit": draw(some("维修", "维修", "安装", None)),
                    "cause": draw(some("任务多", None)),
                    "consent": draw(yes_no_unknown),
                    "explained": draw(yes_no_unknown),
                    "slot_end": when + draw(later) if draw(some(1, 1, 1, 0)) else None,
                }
            case "weather":
                type_ = "weather.postponed"
                facts |= {
                    "technician": "T1",
                    "outdoor": draw(yes_no_unknown),
                    "explained": draw(yes_no_unknown),
                }
            case "classified":
                type_ = "repair.classified"
                facts |= {
                    "severity": draw(some("大故障", "小故障")),
                    "confirmed": draw(yes_no_unknown),
                }
            case "linecheck":
                type_ = "linecheck.announced"
            case "returned":
                type_ = "receipt.returned"
                facts |= {"signed": draw(yes_no_unknown)}
            case "sent back":
                type_ = "receipt.sent-back"
                facts |= {"correct_by": when + draw(later)}
            case _:
                type_ = "repair.reported"
                facts |= {"technician": "T1", "area": "农村"}
        found.append((type_, when, facts))
    return found


@st.composite
def findings(draw: st.DrawFn, n: int) -> list[tuple[str, datetime, dict[str, Any]]]:
    """Verified complaints and inspection findings, months and years apart."""
    found = []
    for _ in range(draw(st.integers(1, 4))):
        occurred = draw(moments) - timedelta(days=draw(some(0, 0, 1, 364, 365, 366, 730)))
        facts: dict[str, Any] = {
            "person": draw(some("T1", "T1", "T2", None)),
            "unit": draw(some("U1", "U1", "U2", None)),
            "case": draw(some(f"c{n}", "c0", None)),
            "norm": draw(st.sampled_from([*NORMS, None])),
            "fault": draw(some("过失", "故意", "故意", None)),
            "channel": draw(some("公司办公室", "高管", "高管", "回访", None)),
            "occurred": draw(some(occurred, occurred, occurred, None)),
        }
        type_ = draw(some("complaint.verified", "complaint.verified", "finding.made"))
        found.append((type_, occurred + draw(later), facts))
    return found


@st.composite
def posts(draw: st.DrawFn) -> list[tuple[str, datetime, dict[str, Any]]]:
    """Who held which post."""
    found = []
    for unit in ("U1", "U2"):
        for post, person in (("chief", "B1"), ("分管副职", "B2"), ("other_deputy", "B3")):
            if draw(some(1, 1, 1, 0)):
                begins = datetime(2020, 1, 1, tzinfo=ZONE) + timedelta(days=draw(some(0, 2316)))
                facts = {
                    "unit": unit,
                    "post": post,
                    "person": draw(some(person, person, "T1", None)),
                    "from": draw(some(begins, None)),
                    "to": draw(some(None, None, datetime(2026, 9, 30, 21, tzinfo=ZONE))),
                }
                found.append(("post.held", begins, facts))
    if draw(some(1, 0)):
        facts = {"person": "T1", "unit": "U1", "post": "staff"}
        found.append(("post.held", datetime(2021, 1, 1, tzinfo=ZONE), facts))
    return found


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[str, datetime, dict[str, Any]]]:
    """The events of one history, without its prefix."""
    found = draw(posts())
    for n in range(draw(st.integers(0, 2))):
        found += draw(repairs(n))
    if draw(some(True, False)):
        found += draw(findings(1))
    for _ in range(draw(st.integers(0, 2))):
        person, occasion = draw(some("T1", "T2")), draw(some("c0", "c1", "e5", "e6", "e7", "e8"))
        rule = draw(some("heavy-fine:grave", "general-fine"))
        share = draw(some("", "", "#5.3e", "#5.3f"))
        facts: dict[str, Any] = {
            "proposal": (rule, person, occasion, share),
            "outcome": draw(some(None, None, None, "waived")),
            "fine": draw(some(None, *map(Decimal, ("300", "3000", "4000.55", "11000", "20000")))),
        }
        found.append(("decision.made", draw(moments), facts))
    return found


KEYS = ("case", "person", "technician", "unit")


def prefixed(history: list[tuple[str, datetime, dict[str, Any]]], prefix: str) -> list[Event]:
    """The events of a history, with ids, people, cases and units of its own."""
    events = []
    for i, (type_, at, facts) in enumerate(history):
        own = {k: prefix + v if k in KEYS and v is not None else v for k, v in facts.items()}
        if type_ == "decision.made":
            rule, person, occasion, share = own["proposal"]
            own["proposal"] = f"{rule}:{prefix}{person}:{prefix}{occasion}{share}"
        events.append(Event(f"{prefix}e{i}", type_, at, own))
    return events


@st.composite
def logs(draw: st.DrawFn, most: int) -> list[Event]:
    """A log of several histories that have nothing to do with each other."""
    events = []
    for n in range(draw(st.integers(0, 1))):
        declared = {"from": draw(st.sampled_from(DAYS)), "to": draw(some(None, date(2026, 10, 2)))}
        events.append(Event(f"s{n}", "special-time.declared", draw(moments), declared))
    for n, history in enumerate(draw(st.lists(histories(), min_size=1, max_size=most))):
        events += prefixed(history, f"h{n}.")
    return events
