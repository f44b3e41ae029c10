"""Connected components of a large graph of numbered nodes."""

from __future__ import annotations

from typing import Any

import numpy as np

Ints = np.ndarray[Any, np.dtype[np.int64]]


def components(nodes: int, left: Ints, right: Ints) -> Ints:
    """For each node, the smallest node that edges connect it with.

    Labels are hooked onto smaller ones and paths halved until nothing changes, all edges at once;
    this takes a number of rounds that grows with the logarithm of the longest chain.

    >>> components(5, np.array([0, 3]), np.array([2, 4])).tolist()
    [0, 1, 0, 3, 3]
    """
    label = np.arange(nodes, dtype=np.int64)
    while len(left):
        a, b = label[left], label[right]
        apart = a != b
        left, right, a, b = left[apart], right[apart], a[apart], b[apart]
        if not len(left):
            break
        np.minimum.at(label, np.maximum(a, b), np.minimum(a, b))
        while True:
            shorter = label[label]
            if np.array_equal(shorter, label):
                break
            label = shorter
    return label
