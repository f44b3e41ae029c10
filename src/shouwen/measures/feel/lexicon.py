"""The words, signs and forms of the language, as tables for the scanner."""

from __future__ import annotations

import re

from shouwen.measures.feel.functions import ALIASES, FUNCTIONS, IS_KNOWN, LITERAL_CONSTRUCTORS
from shouwen.measures.feel.literals import UNITS
from shouwen.measures.feel.types import name_pattern

# Written 1:1 so that places do not move.
PLAIN = str.maketrans(
    {chr(c): chr(c - 0xFEE0) for c in range(ord("！"), ord("～") + 1)}
    | {"、": ",", "≥": "≥", "≤": "≤", "－": "-", "−": "-", "×": "*", "÷": "/", "。": ".", "　": " "}
)

OPERATORS = {
    **{op: op for op in ("<=", ">=", "!=", "**", "..", "=", "<", ">", "+", "-", "*", "/")},
    **{op: op for op in ("(", ")", "[", "]", ",")},
    **{"≥": ">=", "≤": "<=", "≠": "!=", "……": "..", "…": ".."},
    **dict.fromkeys(("——", "—", "–", "~"), "—"),
}
MISTAKES = {
    "==": ("=", "Equality is written with one sign: ="),
    "=<": ("<=", "Less or equal is written <="),
    "=>": (">=", "Greater or equal is written >="),
    "<>": ("!=", "Different is written !="),
    "&&": ("and", "Write 'and'."),
    "||": ("or", "Write 'or'."),
    "&": ("and", "Write 'and'."),
    "|": ("or", "Write 'or'."),
    "!": ("not", "Write not(...)."),
    "...": ("..", "A range has two dots: [1..5]."),
    ":=": ("=", "Equality is written ="),
    ";": (",", "Separate with a comma."),
    "%": ("/", "Write modulo(a, b) for the rest of a division; 10% only after a number."),
    "^": ("**", "There are no powers; multiply: x * x."),
}
SYMBOL = re.compile(
    "|".join(re.escape(s) for s in sorted({*OPERATORS, *MISTAKES}, key=len, reverse=True))
)

KEYWORDS = {
    **{k: k for k in ("and", "or", "not", "if", "then", "else", "in", "between", "true", "false")},
    **{"且": "and", "并且": "and", "或": "or", "或者": "or", "非": "not", "如果": "if", "若": "if"},
    **{"则": "then", "那么": "then", "否则": "else", "属于": "in", "介于": "between"},
    **{"真": "true", "是": "true", "假": "false", "否": "false"},
}
RESERVED = frozenset(KEYWORDS)
"""Words that cannot be the name of a fact or of a member."""
FOREIGN = {
    "True": "true",
    "False": "false",
    "TRUE": "true",
    "FALSE": "false",
    "AND": "and",
    "OR": "or",
    "NOT": "not",
    "IF": "if",
    "THEN": "then",
    "ELSE": "else",
    "And": "and",
    "Or": "or",
    "Not": "not",
    "elif": "else",
}
NULLS = ("null", "None", "nil", "NULL", "undefined", "空")

# 民法典 art. 1259: 以上, 以下, 以内, 届满 include the number itself; 不满, 超过, 以外 do not.
SUFFIXES = {
    **dict.fromkeys(("以上", "及以上", "含以上"), ">="),
    **dict.fromkeys(("以下", "及以下", "含以下", "以内", "之内", "内"), "<="),
    "以外": ">",
}
PREFIXES = {
    **dict.fromkeys(("不超过", "不多于", "不高于", "至多", "最多", "小于等于"), "<="),
    **dict.fromkeys(("不少于", "不低于", "不小于", "至少", "最少", "大于等于"), ">="),
    **dict.fromkeys(("超过", "多于", "大于", "高于"), ">"),
    **dict.fromkeys(("不满", "不足", "少于", "小于", "低于"), "<"),
}
_PREFIX_WORDS = "|".join(sorted(PREFIXES, key=len, reverse=True))
PREFIX = re.compile(rf"(?:{_PREFIX_WORDS})(?=\s*[-0-9.@半一二两三四五六七八九十百])")
SUFFIX = re.compile("|".join(sorted(SUFFIXES, key=len, reverse=True)))

BLANK = re.compile(r"\s+")
FIRST_WORD = re.compile(r"[^\W0-9]\w*(?:\.\w+)*")
NEXT_WORD = re.compile(r"\s+([^\W0-9]\w*(?:\.\w+)*)")
CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?(?![0-9:])")
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])")
DIGITS = re.compile(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+")
_UNIT_WORDS = "|".join(sorted((u for u in UNITS if u.isalpha()), key=len, reverse=True))
UNIT = re.compile(rf"\s*(?:[%％‰]|(?:{_UNIT_WORDS})(?!\w))|\w+(?:\.[0-9]+\w+)*")
LENGTH_WITH_BLANK = re.compile(
    r"\s+(?:个?工作日|个?自然日|分钟|秒钟?|个?小时|刻钟|[天日周年]|个?星期|个?季度|个月)(?!\w)"
)
ISO_PERIOD = re.compile(
    r"P(?=[0-9T])(?:[0-9]+(?:Y|M|WD|W|D))*(?:T(?:[0-9]+(?:\.[0-9]+)?[HMS])+)?(?!\w)"
)
NUMERAL_WORD = re.compile(r"[〇零一二两三四五六七八九十百千半提][\w.]*")
FUNCTION = name_pattern([*FUNCTIONS, *ALIASES, *LITERAL_CONSTRUCTORS, *IS_KNOWN])
CALL = re.compile(r"\s*\(")

QUOTES = {'"': '"', "“": "”", "”": "”", "＂": "＂", "「": "」", "『": "』"}
SINGLE_QUOTES = {"'": "'", "‘": "’", "’": "’", "`": "`", "＇": "＇"}
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "'": "'"}
