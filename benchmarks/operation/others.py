"""The other four organisations, at smaller depth: one or two promises of each."""

from __future__ import annotations

import numpy as np

from benchmarks.operation.batch import Batch, pick, texts
from benchmarks.operation.world import DAY, HOUR


def electricity(b: Batch) -> None:
    """A request at a power company (and its bureau): solved, the customer told, or passed on."""
    n, rng = b.count, b.rng
    topic: dict[str | None, float] = {
        "咨询查询": 30,
        "交纳电费": 20,
        "报修": 25,
        "变更用电": 12,
        "新装增容": 6,
        "投诉": 6,
        "举报": 1,
    }
    asked = pick(rng, n, topic)
    b.emit("request.received", b.at, {"topic": asked}, late=0.0)
    solved = b.at + b.minutes(240, 1.2)
    b.emit("problem.solved", solved, where=~b.chance(0.02 + b.slips))
    b.emit("customer.replied", solved + b.minutes(420, 1.0), where=~b.chance(0.03 + 2 * b.slips))
    complained = np.asarray(asked.to_numpy(zero_copy_only=False)) == "投诉"
    b.emit("complaint.reported", b.at + b.minutes(180, 1.3), {
        "department": pick(rng, n, {"营销部": 6, "监督部门": 3, "其他部门": 1}),
        "truthful": ~b.chance(b.slips),
    }, where=complained & b.chance(0.95))  # fmt: skip


def bank(b: Batch) -> None:
    """Business at the counter, steps away from the post, orders to put something right."""
    n, rng = b.count, b.rng
    b.emit("business.accepted", b.at, late=0.0)
    b.emit("business.handled", b.at + b.minutes(200, 1.4), where=~b.chance(0.02))
    b.emit("business.completed", b.at + b.minutes(600, 1.3), where=~b.chance(0.03 + b.slips))
    left = b.chance(0.2)
    b.emit("post.left", b.at + b.minutes(15), {"announced": ~b.chance(0.05 + b.slips)}, where=left)
    b.emit("post.returned", b.at + b.minutes(30, 0.6), where=left)
    ordered = b.chance(0.02 + b.slips)
    due = (b.at // DAY + rng.integers(3, 15, n)).astype("datetime64[D]")
    b.emit("correction.ordered", b.at, {"correct_by": due}, where=ordered)
    confirmed = b.at + rng.integers(1, 17, n) * DAY + 3 * HOUR
    b.emit("correction.confirmed", confirmed, where=ordered & ~b.chance(0.05))


def agent(b: Batch) -> None:
    """What an agent of a manufacturer owes: complaints reported, news of the market fed back."""
    n, rng = b.count, b.rng
    own = {"agent": b.person_keys}
    complained = b.chance(0.5)
    b.emit("complaint.received", b.at, own, where=complained, late=0.0)
    b.emit("complaint.recorded", b.at + b.minutes(60, 1.5), where=complained & ~b.chance(b.slips))
    b.emit("complaint.reported", b.at + b.minutes(900, 1.2), {
        "to_department": texts((rng.random(n) < 0.05).astype(int), ["市场部", "其他部门"]),
    }, where=complained & ~b.chance(0.03 + b.slips))  # fmt: skip
    b.emit("market-info.learned", b.at, own, where=~complained)
    b.emit("market-info.reported", b.at + b.minutes(2000, 1.5), own,
           where=~complained & ~b.chance(0.05))  # fmt: skip
