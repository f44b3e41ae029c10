"""``shouwen norms``: which norms a measure has, and what enacts each."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from shouwen.cli.output import JsonOption, MeasureArgument, load, out, print_json
from shouwen.measures.checking import NormCoverage, coverage

KINDS_ZH = {
    "duty": "义务", "aim": "目标", "periodic": "定期", "maintained": "保持", "prohibition": "禁止",
    "conduct": "行为规范", "consequence": "后果", "share": "连带", "modifier": "调整",
    "performance": "履行", "move": "变更期限", "start": "起算", "exemption": "免责",
    "finding": "认定", "ledger": "台账", "threshold": "界限", "grade": "等次", "right": "权利",
    "window": "时段", "fact": "事实", "publication": "公示", "roster": "值班", "prose": "说明",
}  # fmt: skip

MARKS = {"restated": " [yellow]（改）[/yellow]", "own": " [green]（增）[/green]"}
"""How a variant marks what it restates and adds."""


def norms(
    measure: MeasureArgument,
    missing: Annotated[
        bool, typer.Option("--missing", help="Only norms that nothing enacts.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """List the norms of a measure with the rules that enact them and their open readings."""
    loaded = load(measure, as_json=as_json)
    found = coverage(loaded)
    shown = found.missing if missing else found.norms
    if as_json:
        print_json(
            {
                "measure": loaded.id,
                "norms": len(found.norms),
                "enacted": len(found.norms) - len(found.missing),
                "items": [_as_data(n) for n in shown],
            }
        )
        return
    table = Table(title=f"{loaded.title.zh}  {loaded.title.en}", title_justify="left")
    for heading in ("norm", "citation", "title", "enacted as", "readings"):
        table.add_column(heading, overflow="fold")
    for norm in shown:
        kinds = dict.fromkeys(f"{KINDS_ZH.get(e.kind, e.kind)} {e.rule}" for e in norm.enactments)
        clause = norm.clause
        how = "、".join(kinds) if kinds else "[red]—[/red]"
        mark = MARKS.get(clause.origin, "") if loaded.variant_of is not None else ""
        title = f"{clause.title}{mark}"
        table.add_row(clause.id, clause.cite, title, how, "、".join(norm.readings))
    out.print(table)
    out.print(f"{len(found.norms) - len(found.missing)} of {len(found.norms)} norms are enacted.")


def _as_data(norm: NormCoverage) -> dict[str, object]:
    return {
        "id": norm.clause.id,
        "cite": norm.clause.cite,
        "title": norm.clause.title,
        "enactments": [{"kind": e.kind, "rule": e.rule} for e in norm.enactments],
        "readings": list(norm.readings),
        "prose_only": norm.prose_only,
        "origin": norm.clause.origin,
    }
