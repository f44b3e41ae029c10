"""A county's cable operator: faults reported, technicians under way, installations, complaints."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from benchmarks.operation.batch import Batch, keys, pick, texts
from benchmarks.operation.world import DAY, FESTIVALS, HOUR, MINUTE, SECOND

NORMS: dict[str | None, float] = {
    "3.3.2c": 5, "3.3.3c": 1, "3.3.6a": 1, "3.3.3b": 1, "3.2.6c": 2, "3.3.10a": 1,
}  # fmt: skip


def standing(batch: Batch) -> None:
    """What belongs to no case: who holds which post, and the special days."""
    world = batch.world
    first = datetime(2020, 1, 1, tzinfo=UTC)
    posts = []
    for unit in range(world.units):
        own = range(int(world.first_person[unit]),
                    int(world.first_person[unit] + world.people[unit]))  # fmt: skip
        heads = ["chief", "分管副职", "other_deputy", "caller_back"]
        names = [f"H{unit:05}-{i}" for i in range(len(heads))]
        for post, person in [
            *zip(heads, names, strict=True),
            *(("staff", f"P{p:09}") for p in own),
        ]:
            posts.append({"id": f"post/{person}", "at": first, "person": person,
                          "unit": f"U{unit:09}", "post": post, "from": first})  # fmt: skip
    batch.once("post.held", posts)
    batch.once(
        "special-time.declared",
        [
            {"id": f"special/{n}", "at": datetime(begin.year, 1, 1, tzinfo=UTC), "from": begin,
             "to": end}
            for n, (begin, end) in enumerate(FESTIVALS)
        ],
    )  # fmt: skip


def repairs(b: Batch) -> None:
    """A fault from the first ring to the call-back."""
    n, rng = b.count, b.rng
    rural = b.chance(b.world.rural[b.unit])
    area = texts(rural.astype(int), ["城区", "农村"])
    called = b.at
    topic = texts(np.zeros(n, int), ["报修"])
    b.emit("call.answered", called, {
        "topic": topic, "rings": 1 + rng.poisson(1.6, n), "apologised": b.chance(0.6),
    }, where=b.chance(0.92), late=0.0)  # fmt: skip
    at = called + b.minutes(4, 0.8, slow=False)
    b.emit("repair.reported", at, {"technician": b.person_keys, "area": area})
    big = b.chance(0.08 + 0.08 * b.wet)
    b.emit("repair.classified", at + b.minutes(12), {
        "severity": texts(big.astype(int), ["小故障", "大故障"]), "confirmed": b.chance(0.93),
    }, where=b.chance(np.where(big, 0.9, 0.25)))  # fmt: skip
    night = (b.hour >= 21) | (b.hour < 7)
    start = np.where(night, b.next_day(at - 8 * HOUR, 8), at)
    start = np.where(b.hour < 7, b.world.start + b.day * DAY + 8 * HOUR, start)
    busy = b.chance(0.05 + 0.05 * (b.hour >= 18) + 0.05 * b.wet)
    agreed = at + b.minutes(np.where(rural, 35, 11))
    slot = agreed + rng.integers(2, 30, n) * HOUR
    b.emit("appointment.agreed", agreed, {
        "visit": texts(np.zeros(n, int), ["维修"]),
        "cause": pick(rng, n, {"任务多": 6, "客户要求": 4}),
        "slot_start": slot - 2 * HOUR, "slot_end": slot,
        "consent": ~b.chance(2 * b.slips), "explained": ~b.chance(4 * b.slips),
    }, where=busy)  # fmt: skip
    put_off = b.wet & b.chance(0.12)
    again = put_off & b.chance(0.25)
    for number, where in ((1, put_off), (2, again)):
        b.emit("weather.postponed", at + b.minutes(14) + (number - 1) * 20 * HOUR, {
            "technician": b.person_keys, "outdoor": b.chance(0.9),
            "explained": ~b.chance(3 * b.slips),
        }, where=where, tag=f"weather{number}")  # fmt: skip
    begin = np.where(busy, slot - HOUR, start)
    begin = np.where(put_off, b.next_day(at, 9) + again * DAY, begin)
    check = b.chance(0.05)
    b.emit("linecheck.announced", begin + b.minutes(np.where(rural, 40, 12)), where=check)
    arrived = begin + b.minutes(np.where(rural, 55, 12))
    b.emit("repair.arrived", arrived, where=~b.chance(0.01))
    restored = arrived + b.minutes(np.where(big, 300, 22), 0.7)
    done = ~b.chance(0.006 + b.slips * 0.2)
    b.emit("repair.restored", restored, where=done)
    slips(b, restored, done)
    b.emit("customer.called-back", b.next_day(called, 9) + b.minutes(60, 0.6, slow=False), {
        "person": keys("H", b.unit), "verified": b.chance(0.97), "heard": b.chance(0.99),
    }, where=b.chance(0.95))  # fmt: skip
    complaints(b, restored)


def slips(b: Batch, after: np.ndarray, done: np.ndarray) -> None:
    """The receipt that the customer signs, handed in by the next noon or not."""
    receipt = keys("R", b.case)
    own = {"receipt": receipt}
    b.emit("receipt.issued", after + 2 * MINUTE, own, where=done & b.chance(0.97), late=0.0)
    returned = np.where(b.chance(0.9 - 2 * b.slips), b.next_day(after, 8), after + 3 * DAY)
    back = done & ~b.chance(0.02)
    b.emit("receipt.returned", returned + b.minutes(40), {
        **own, "signed": ~b.chance(0.01 + 2 * b.slips),
    }, where=back)  # fmt: skip


def complaints(b: Batch, after: np.ndarray) -> None:
    """Complaints that proved true; most are about the same few people."""
    n = b.count
    true = b.chance(0.0015 + 0.03 * b.slips)
    occurred = after - b.rng.integers(0, 3600, n) * SECOND
    b.emit("complaint.verified", after + b.rng.integers(1, 14, n) * DAY, {
        "complaint": keys("K", b.case), "norm": pick(b.rng, n, NORMS),
        "fault": pick(b.rng, n, {"过失": 8, "故意": 1, None: 1}),
        "channel": pick(b.rng, n, {"公司办公室": 5, "高管": 1, "回访": 4}), "occurred": occurred,
    }, where=true)  # fmt: skip


def installations(b: Batch) -> None:
    """A connection from the application to the slip."""
    n, rng = b.count, b.rng
    installer = {"installer": b.person_keys}
    network = rng.choice(3, n, p=[0.82, 0.15, 0.03])
    facts = {**installer, "network": texts(network, ["网络到位", "分配网未到位", "主干未到位"])}
    b.emit("install.requested", b.at, facts, late=0.0)
    accepted = b.at + b.minutes(20, 0.6, slow=False)
    area = texts(b.chance(b.world.rural[b.unit]).astype(int), ["城区", "农村"])
    b.emit("install.accepted", accepted, {**facts, "area": area})
    agreed = accepted + b.minutes(30)
    slot = np.where(network == 0, agreed + rng.integers(2, 20, n) * HOUR,
                    agreed + rng.integers(10, 80, n) * HOUR)  # fmt: skip
    appointed = ~b.chance(0.03 + b.slips)
    b.emit("appointment.agreed", agreed, {
        "visit": texts(np.zeros(n, int), ["安装"]),
        "cause": pick(rng, n, {"客户要求": 7, "任务多": 3}),
        "slot_start": slot - 2 * HOUR, "slot_end": slot, "consent": ~b.chance(b.slips),
        "explained": ~b.chance(b.slips),
    }, where=appointed, tag="appointment")  # fmt: skip
    visited = slot - HOUR + b.minutes(35)
    b.emit("install.visited", visited, installer)
    completed = visited + b.minutes(50, 0.6)
    done = ~b.chance(0.01)
    b.emit("install.completed", completed, where=done)
    slips(b, completed, done)


def part(batch: Batch) -> None:
    """One part of a log: mostly repairs; every fifth part installations."""
    if batch.part == 0:
        standing(batch)
    if batch.part % 5 == 4:
        installations(batch)
    else:
        repairs(batch)


EVENTS_A_CASE = 7.3
"""About, to know how many cases a log of some size has."""
