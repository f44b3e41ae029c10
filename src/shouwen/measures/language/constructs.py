"""The keys that may stand in each construct."""

COMMON = ("id", "norm", "label")
TRIGGER = ("on", "of", "when", "every", "each", "due")

KEYS: dict[str, tuple[str, ...]] = {
    "window": ("id", "norm", "daily", "special"),
    "reading": ("id", "norm", "question", "options", "default", "reason"),
    "fact": (
        "name", "zh", "en", "norm", "latest", "first", "any", "count", "sum", "min", "max",
        "balance", "holder", "value", "same", "where", "within", "earlier", "default", "of",
        "distinct",
    ),
    "duty": (
        *COMMON, *TRIGGER, "who", "do", "never", "during", "same", "within", "ahead", "start",
        "moves", "unless", "force", "count", "calendar", "by", "early", "at least",
    ),
    "finding": (*COMMON, *TRIGGER, "who", "cites", "at"),
    "consequence": (*COMMON, *TRIGGER, "to", "once per", "keep", "give", "modify", "shares"),
    "ledger": (*COMMON, "of", "per", "period", "base", "entries", "thresholds"),
    "grade": (*COMMON, *TRIGGER),
    "right": (*COMMON, *TRIGGER, "who", "may", "until"),
    "conduct": (*COMMON, "norms", "role", "place", "never"),
    "publication": (*COMMON, "norms", "where", "by"),
    "roster": (*COMMON, "norms", "role", "window"),
    "prose": ("norms", "norm", "reason"),
}  # fmt: skip

RULES = ("duty", "finding", "consequence", "ledger", "grade", "right")
"""Constructs whose outcomes other rules can look at."""

TAKES = (
    "latest", "first", "any", "count", "sum", "min", "max", "balance", "holder", "value",
)  # fmt: skip
