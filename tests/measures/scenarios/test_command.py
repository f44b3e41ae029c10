from __future__ import annotations

from shouwen.measures.scenarios.__main__ import main


def test_the_command_runs_a_folder(desk, capsys):
    assert main([str(desk), "-v"]) == 0
    out = capsys.readouterr().out
    assert "15 passed, 0 failed" in out
    assert "ok    arrival.yaml: 正好一小时到场，按时" in out


def test_the_command_runs_the_scenarios_that_are_asked_for(desk, capsys):
    assert main([str(desk), "-k", "按时"]) == 0
    assert "1 passed, 0 failed" in capsys.readouterr().out


def test_the_command_fails_with_a_scenario(desk, tmp_path, capsys):
    path = tmp_path / "one.yaml"
    path.write_text(
        f"measure: {desk}\nscenarios:\n  - name: 错\n    as_of: 2026-05-06\n"
        "    expect:\n      - {breach: 1.1}\n",
        "utf-8",
    )
    assert main([str(path)]) == 1
    assert "nothing matches" in capsys.readouterr().out


def test_the_command_names_every_error_of_a_file(desk, tmp_path, capsys):
    path = tmp_path / "one.yaml"
    path.write_text(f"measure: {desk}\nscenarios:\n  - name: 错\n    evnts: []\n", "utf-8")
    assert main([str(path)]) == 2
    out = capsys.readouterr().out
    assert "unknown-key" in out
    assert "2 errors in files" in out
