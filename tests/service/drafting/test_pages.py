"""Pages of trials, as a drafter meets them."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from shouwen.service.drafting import actions, documents, running, showing
from shouwen.service.drafting.models import Flip, State, Trial
from shouwen.service.enactment.models import Adoption
from shouwen.service.enactment.texts import texts_of
from shouwen.service.organisations.models import Reach, Role
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope
from tests.service.conftest import NOON

pytestmark = pytest.mark.usefixtures("few_rules", "in_english")


@pytest.fixture
def client(repairs, browser):
    return browser("起草", Role.DRAFTER)


@pytest.fixture
def trial(repairs, client, organisation, acting):
    """A trial of whoever sits at the browser, being prepared."""
    actor = acting(client.person)
    return actions.begin(actor, date(2026, 5, 1), date(2026, 5, 6), Adoption.objects.get(), "cable")


@pytest.fixture
def done(trial, client, acting):
    """The same, worked out with half an hour sharp taken for late."""
    actor = acting(client.person)
    actions.choose_readings(actor, trial, {"半小时整": "算迟到"})
    actions.start(actor, trial)
    running.work_out(trial.organisation_id, trial.pk)
    return Trial.objects.get(pk=trial.pk)


@pytest.fixture
def in_english(client):
    """The drafter has chosen English."""
    client.cookies["django_language"] = "en"


def text_of(answer):
    return answer.content.decode()


def test_a_drafter_begins_chooses_a_reading_and_starts(client, organisation):
    form = client.get("/what-if/new/")
    assert "2026-05-06" in text_of(form)
    answer = client.post("/what-if/new/", {
        "first": "2026-05-01", "last": "2026-05-06", "adoption": Adoption.objects.get().pk,
        "measure": "cable", "title": "半小时整",
    })  # fmt: skip
    with scope(organisation.pk):
        row = Trial.objects.get()
    assert answer["Location"] == f"/what-if/{row.pk}/"
    page = text_of(client.get(answer["Location"]))
    assert re.search(r"<button class=\"primary\" disabled", page)
    kept = client.post(f"/what-if/{row.pk}/readings/", {"半小时整": "算迟到"})
    assert kept.status_code == 302
    page = text_of(client.get(f"/what-if/{row.pk}/"))
    assert "disabled" not in page
    assert client.post(f"/what-if/{row.pk}/start/").status_code == 302
    page = text_of(client.get(f"/what-if/{row.pk}/"))
    assert 'hx-trigger="every 2s"' in page
    assert "A worker takes it up as soon as one is free." in page
    with scope(organisation.pk):
        running.work_out(organisation.pk, row.pk)
    told = client.get(f"/what-if/{row.pk}/progress/")
    assert told["HX-Refresh"] == "true"
    assert "C2" in text_of(client.get(f"/what-if/{row.pk}/"))


def test_whoever_tries_days_on_which_something_else_was_in_force_is_told(client, organisation):
    with scope(organisation.pk):
        first = Adoption.objects.get()
        Adoption.objects.create(measure="cable", readings={"半小时整": "算迟到"}, adopted_at=NOON,
                                first_day=date(2026, 5, 4))  # fmt: skip
    asked = {"adoption": first.pk, "measure": "cable", "title": ""}
    days = {"first": "2026-05-01", "last": "2026-05-06"}
    page = text_of(client.post("/what-if/new/", asked | days, follow=True))
    assert "something else was in force" in page
    assert "from 2026-05-04, 1 readings chosen" in page
    days = {"first": "2026-05-01", "last": "2026-05-03"}
    page = text_of(client.post("/what-if/new/", asked | days, follow=True))
    assert "something else was in force" not in page


def test_days_in_the_wrong_order_are_refused_with_the_field(client):
    answer = client.post("/what-if/new/", {
        "first": "2026-05-06", "last": "2026-05-01", "adoption": Adoption.objects.get().pk,
        "measure": "cable",
    })  # fmt: skip
    assert answer.status_code == 422
    assert "The last day lies before the first." in text_of(answer)
    assert not Trial.objects.exists()


def test_a_number_is_changed_where_it_stands_and_a_wrong_one_is_told_with_its_place(client, trial):
    page = text_of(client.get(f"/what-if/{trial.pk}/numbers/"))
    mark = re.search(r'name="mark" value="(\w+)"', page).group(1)
    (name,) = re.findall(r'<input name="(n:chapter-3-3\.md:\d+)" value="2小时"', page)[:1]
    wrong = client.post(f"/what-if/{trial.pk}/numbers/", {"mark": mark, name: "2小石"})
    assert wrong.status_code == 422
    assert re.search(r"chapter-3-3\.md:\d+:\d+", text_of(wrong))
    assert 'value="2小石"' in text_of(wrong)
    trial.refresh_from_db()
    assert trial.files == {}
    right = client.post(f"/what-if/{trial.pk}/numbers/", {"mark": mark, name: "90分钟"})
    assert right.status_code == 302
    page = text_of(client.get(f"/what-if/{trial.pk}/"))
    assert '<ins lang="zh">| 2 | 农村 | 90分钟 |' in page
    stale = client.post(f"/what-if/{trial.pk}/numbers/", {"mark": mark, name: "3小时"})
    assert stale["Location"].endswith("/numbers/")
    trial.refresh_from_db()
    assert "3小时" not in trial.files["chapter-3-3.md"].split("农村")[1][:40]


def test_a_text_is_brought_in_whole_or_refused_with_every_fault(client, trial):
    body = texts_of("cable")["chapter-3-3.md"]
    wrong = body.replace("on: call.missed", "on: call.mised").replace("never: call", "never: cal")
    answer = client.post(f"/what-if/{trial.pk}/text/", {
        "files": [SimpleUploadedFile("chapter-3-3.md", wrong.encode())]
    })  # fmt: skip
    assert answer.status_code == 422
    page = text_of(answer)
    assert "call.mised" in page
    assert "2 things are wrong; nothing was taken:" in page
    assert len(re.findall(r"chapter-3-3\.md:\d+:\d+", page)) == 2
    assert "/tmp" not in page
    good = body.replace("尽快赶到", "快来").encode()
    assert client.post(f"/what-if/{trial.pk}/text/", {
        "files": [SimpleUploadedFile("chapter-3-3.md", good.replace(b"2\xe5\xb0\x8f\xe6\x97\xb6",
                                                                  "90分钟".encode(), 1))]
    }).status_code == 302  # fmt: skip
    opened = text_of(client.get(f"/what-if/{trial.pk}/text/chapter-3-3.md/"))
    assert "90分钟" in opened
    out = client.get(f"/what-if/{trial.pk}/text/chapter-3-3.md/?raw=1")
    assert "attachment" in out["Content-Disposition"]
    back = client.post(f"/what-if/{trial.pk}/text/chapter-3-3.md/", {"body": "x", "library": "1"})
    assert back.status_code == 302
    trial.refresh_from_db()
    assert trial.files == {}
    assert client.get(f"/what-if/{trial.pk}/text/secrets.md/").status_code == 404


def test_clauses_are_called_in_the_language_of_the_page(client, done):
    english = "In the town area the technician arrives within half an hour."
    client.cookies["django_language"] = "en"
    page = text_of(client.get(f"/what-if/{done.pk}/"))
    assert english in page
    assert "城区半小时到" not in page
    client.cookies["django_language"] = "zh-hans"
    page = text_of(client.get(f"/what-if/{done.pk}/"))
    assert "城区半小时到" in page
    assert english not in page


def test_a_clause_without_an_english_gloss_is_marked_as_chinese(client, done, monkeypatch):
    known = documents.side_b(done).measure.clauses
    bare = {**known, "3.3.2c": replace(known["3.3.2c"], gloss="")}
    monkeypatch.setattr(showing.Titles, "_clauses", lambda self: [bare])
    client.cookies["django_language"] = "en"
    page = text_of(client.get(f"/what-if/{done.pk}/"))
    assert '<span lang="zh">城区半小时到</span>' in page


def test_the_result_shows_both_sides_the_case_and_masked_names(client, done):
    page = text_of(client.get(f"/what-if/{done.pk}/"))
    assert "Names are masked" in page
    assert "甲某人" not in page
    assert page.count("data-sides=") >= 2
    assert "loses" in page
    drawer = text_of(client.get(f"/what-if/{done.pk}/cases/1/", headers={"X-Drawer": "1"}))
    assert drawer.lstrip().startswith('<div class="drawer-head">')
    assert drawer.count("<article") == 2
    listed = text_of(client.get(f"/what-if/{done.pk}/cases/?change=new&clause=3.3.2c"))
    assert ">C2<" in listed
    assert ">C2<" not in text_of(client.get(f"/what-if/{done.pk}/cases/?change=gone"))


def test_whoever_sees_the_records_of_others_sees_names(done, browser):
    page = text_of(browser("主任", Role.DRAFTER, Role.QUALITY).get(f"/what-if/{done.pk}/"))
    assert "甲某人 甲" in page


def test_the_workbook_holds_every_table(client, done):
    answer = client.get(f"/what-if/{done.pk}/sheet/")
    book = load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames[:6] == ["Totals", "Units and clauses", "People", "Amounts by unit",
                                   "Amounts by person", "Cases"]  # fmt: skip
    rows = list(book["Cases"].values)
    assert rows[1][1] == "C2"
    assert rows[1][5] == "甲**"
    about = [r[:2] for r in book["How it came about"].values]
    assert ("Days", "2026-05-01 – 2026-05-06") in about


def test_only_whoever_made_it_takes_it_away(client, done, browser, organisation):
    other = browser("另一人", Role.DRAFTER)
    assert other.post(f"/what-if/{done.pk}/take-away/").status_code == 403
    assert other.get(f"/what-if/{done.pk}/readings/").status_code == 404
    assert "/take-away/" not in text_of(other.get(f"/what-if/{done.pk}/"))
    assert client.post(f"/what-if/{done.pk}/take-away/").status_code == 302
    with scope(organisation.pk):
        assert not Trial.objects.exists()


def test_whoever_reaches_a_part_sees_none_and_strangers_find_nothing(done, browser, organisation):
    near = browser("站里起草", Role.DRAFTER, reach=Reach.UNIT)
    assert str(done.title) not in text_of(near.get("/what-if/"))
    assert near.get(f"/what-if/{done.pk}/").status_code == 404
    other = Organisation.objects.create(code="other", name="别家")
    with scope(other.pk):
        assert not Trial.objects.filter(pk=done.pk).exists()
        assert not Flip.objects.exists()


def test_pages_ask_as_many_questions_however_many_cases_there_are(
    client, done, django_assert_max_num_queries
):
    row = Flip.objects.get()
    Flip.objects.bulk_create(
        Flip(
            trial=done, number=n, outcome=f"breach:arrive:{n}", change="new", rule="arrive",
            clause_b="3.3.2c", unit="城关站", person="甲", occasion=f"C{n}", at=row.at,
            thread=row.thread,
        )
        for n in range(2, 2_000)
    )  # fmt: skip
    client.get(f"/what-if/{done.pk}/")
    with django_assert_max_num_queries(22):
        assert client.get(f"/what-if/{done.pk}/").status_code == 200
    with django_assert_max_num_queries(18):
        assert client.get(f"/what-if/{done.pk}/cases/").status_code == 200
    with django_assert_max_num_queries(14):
        assert client.get("/what-if/").status_code == 200


def test_what_stopped_a_trial_is_told_and_it_can_be_started_again(client, done, organisation):
    Trial.objects.filter(pk=done.pk).update(
        state=State.FAILED, failure="events", error="events odd: error[wrong-type]: '月球'…"
    )
    page = text_of(client.get(f"/what-if/{done.pk}/"))
    assert "Events do not fit the measure" in page
    assert "events odd" in page
    assert client.post(f"/what-if/{done.pk}/start/").status_code == 302
    with scope(organisation.pk):
        assert Trial.objects.get().state == State.WAITING
