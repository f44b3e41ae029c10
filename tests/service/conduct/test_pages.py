"""A decision from the list to the answer to an appeal, through the pages."""

from __future__ import annotations

import io
import re

import pytest
from pypdf import PdfReader

from shouwen.service.audit.models import Sighting
from shouwen.service.conduct.models import (
    Appeal,
    AppealVerdict,
    Decision,
    Proposal,
    Rules,
    Service,
)
from shouwen.service.organisations.models import Reach, Role
from tests.service.pages.test_a_day import said


@pytest.fixture
def quality(browser):
    return browser("质量员", Role.QUALITY)


@pytest.fixture
def technician(browser):
    return browser("维修员", Role.TECHNICIAN, Role.EMPLOYEE, reach=Reach.OWN)


@pytest.fixture
def complained_of(technician, staff, happens, kept):
    """A complaint that the office accepted, by negligence: 3000 to 5000 yuan, and the chief's
    share."""
    staff("主任", Role.HEAD)
    happens("post.held", "2025-01-01 00:00", person="主任", unit="城关站", post="chief")
    happens("complaint.verified", "2026-05-06 10:00", complaint="T1", person="维修员",
            unit="城关站", case="C1", norm="3.3.6a", channel="公司办公室",
            fault="过失")  # fmt: skip
    kept()
    return Proposal.objects.get(person=technician.person, rule="heavy-fine", share_of="")


def decided(quality, row, fine="4000"):
    form = {"amount-fine": fine, "reason": "首犯，已向客户道歉"}
    quality.post(f"/conduct/proposals/{row.pk}/decide/", form)
    return Decision.objects.get(outcome=row.outcome)


@pytest.fixture
def served(quality, complained_of):
    made = decided(quality, complained_of)
    quality.post(f"/conduct/decisions/{made.number}/serve/", {"way": "page"})
    return made


def test_the_list_shows_what_is_open_and_a_proposal_what_it_rests_on(quality, complained_of):
    page = said(quality.get("/conduct/"))
    assert "维修员" in page
    assert "罚款3000–5000元" in page
    page = said(quality.get(f"/conduct/proposals/{complained_of.pk}/"))
    assert "5.3c" in page
    assert "主任" in page
    assert "禁止罚款" in page or "罚款" in page
    assert Sighting.objects.filter(subject="person:维修员", what="proposal").exists()


def test_a_wrong_amount_is_shown_with_its_range_and_what_was_typed_stays(quality, complained_of):
    form = {"amount-fine": "9000", "reason": "态度恶劣"}
    answer = quality.post(f"/conduct/proposals/{complained_of.pk}/decide/", form)
    assert answer.status_code == 422
    page = said(answer)
    assert "罚款3000–5000元" in page
    assert 'value="9000"' in page
    assert "态度恶劣" in page


def test_similar_decisions_are_shown_without_names(quality, served, happens, kept, staff):
    staff("安装员", Role.TECHNICIAN)
    happens("complaint.verified", "2026-05-06 11:00", complaint="T2", person="安装员",
            unit="城关站", case="C2", norm="3.3.6a", channel="公司办公室",
            fault="过失")  # fmt: skip
    kept()
    row = Proposal.objects.get(person__number="安装员", rule="heavy-fine", share_of="")
    page = said(quality.get(f"/conduct/proposals/{row.pk}/"))
    assert "4000 / 4000 / 4000" in page
    assert "维修员" not in re.sub(r"(?s)<nav>.*?</nav>", "", page)


def test_the_person_sees_why_and_what_would_have_avoided_it(technician, served):
    assert served.cited in said(technician.get("/conduct/mine/"))
    page = said(technician.get(f"/conduct/decisions/{served.number}/"))
    assert "罚款4000元" in page
    assert "首犯，已向客户道歉" in page
    assert "尚未决定" in served.frozen["said"][0]
    assert "尚未决定" not in page
    assert "2026-05-19" in page
    assert "变更或撤销" not in page
    assert technician.get(f"/conduct/decisions/{served.number}/instead/").status_code == 200


def test_the_notice_is_a_pdf_in_both_languages(technician, served):
    for language, words in (("zh-hans", "处理决定通知书"), ("en", "Notice of a decision")):
        technician.post("/language/", {"language": language})
        answer = technician.get(f"/conduct/decisions/{served.number}/notice.pdf")
        text = "".join(p.extract_text() for p in PdfReader(io.BytesIO(answer.content)).pages)
        assert words in text
        assert "尚未决定" not in text
        assert "To be decided inside" not in " ".join(text.split())
        assert "2026-05-19" in text


def test_others_see_nothing_of_it(browser, served):
    stranger = browser("营业员", Role.CLERK)
    assert stranger.get(f"/conduct/decisions/{served.number}/").status_code == 404
    assert stranger.get("/conduct/").status_code == 403
    assert "维修员" not in said(stranger.get("/conduct/list/"))


def test_the_published_list_masks_names(technician, served):
    page = said(technician.get("/conduct/list/"))
    assert "维**" in page
    assert "罚款4000元" in page


def test_the_person_acknowledges_with_the_own_name(technician, quality, served):
    address = f"/conduct/decisions/{served.number}/acknowledge/"
    assert technician.post(address, {"name": "别人"}).status_code == 422
    technician.post(address, {"name": "维修员", "said": "当时下雨"})
    page = said(quality.get(f"/conduct/decisions/{served.number}/"))
    assert "当时下雨" in page
    assert quality.post(address, {"name": "维修员"}).status_code == 422


def test_an_appeal_is_answered_by_someone_else_and_history_stays(
    technician, quality, browser, served
):
    address = f"/conduct/decisions/{served.number}"
    technician.post(f"{address}/appeal/", {"grounds": "客户也有责任"})
    assert Appeal.objects.get().suspends
    assert (
        quality.post(f"{address}/answer/", {"result": "upheld", "reason": "x"}).status_code == 422
    )
    other = browser("经理", Role.EXECUTIVE)
    assert served.cited in said(other.get("/conduct/appeals/"))
    other.post(f"{address}/answer/", {"result": "amended", "amount-fine": "3000", "reason": "酌减"})
    verdict = AppealVerdict.objects.get()
    assert verdict.decision.amounts == {"fine": "3000"}
    assert Decision.objects.get(pk=served.pk).amounts == {"fine": "4000"}
    page = said(technician.get(f"{address}/"))
    assert verdict.decision.cited in page
    assert "酌减" in page


def test_an_appeal_after_the_time_is_refused_with_the_day(technician, served, the_clock_stands_at):
    the_clock_stands_at("2026-05-20 09:00")
    answer = technician.post(f"/conduct/decisions/{served.number}/appeal/", {"grounds": "冤"})
    assert answer.status_code == 422
    assert "申诉期限已于2026-05-19届满" in said(answer)
    assert not Appeal.objects.exists()


def test_the_last_day_is_in_time(technician, served, the_clock_stands_at):
    the_clock_stands_at("2026-05-19 23:59")
    technician.post(f"/conduct/decisions/{served.number}/appeal/", {"grounds": "冤"})
    assert Appeal.objects.exists()


def test_the_organisation_sets_how_long_one_may_appeal(browser, quality, complained_of):
    drafter = browser("起草人", Role.DRAFTER)
    form = {"appeal_days": "3", "pay_days": "5", "region": "420000", "tier": ""}
    assert drafter.post("/conduct/rules/", form | {"region": "4"}).status_code == 422
    drafter.post("/conduct/rules/", form)
    assert Rules.objects.get().appeal_suspends is False
    made = decided(quality, complained_of)
    quality.post(f"/conduct/decisions/{made.number}/serve/", {"way": "hand"})
    served = Service.objects.get()
    # From Wednesday on; Saturday 9 May 2026 is worked for the long holiday.
    assert f"{served.appeal_until:%m-%d}" == "05-09"


def test_amending_happens_on_the_page_and_waits_while_an_appeal_is_open(
    technician, quality, served
):
    address = f"/conduct/decisions/{served.number}"
    technician.post(f"{address}/appeal/", {"grounds": "冤"})
    form = {"amount-fine": "3500", "reason": "酌减"}
    answer = quality.post(f"{address}/amend/", form)
    assert answer.status_code == 422
    assert "申诉还没有答复" in said(answer)


def test_what_leaves_no_choice_is_confirmed_from_the_list(quality, technician, happens, kept):
    happens("finding.made", "2026-05-06 10:00", person="维修员", unit="城关站", case="C7",
            norm="3.2.6b")  # fmt: skip
    kept()
    row = Proposal.objects.get(rule="slip-fine")
    assert row.fixed
    quality.post("/conduct/confirm/", {"proposal": [row.pk], "reason": "按条文"})
    assert Decision.objects.get().amounts == {"fine": "50"}


def test_pages_ask_no_more_the_longer_the_list(
    quality, happens, kept, staff, django_assert_max_num_queries, technician
):
    for n in range(6):
        happens("finding.made", "2026-05-06 10:00", person="维修员", unit="城关站", case=f"C{n}",
                norm="3.3.6a")  # fmt: skip
    kept()
    with django_assert_max_num_queries(14):
        page = said(quality.get("/conduct/"))
    assert page.count("维修员") >= 6


@pytest.mark.parametrize(("url", "wanted"), [
    ("/conduct/", "维修员"), ("/conduct/decisions/?served=no", "4000元"),
    ("/conduct/accounts/", "4000"),
])  # fmt: skip
def test_every_list_goes_into_a_spreadsheet_as_it_is_filtered_and_that_is_logged(
    quality, complained_of, url, wanted
):
    from openpyxl import load_workbook

    from shouwen.service.audit.models import LogEntry

    if url != "/conduct/":
        decided(quality, complained_of)
    mark = "&" if "?" in url else "?"
    answer = quality.get(f"{url}{mark}format=xlsx")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    text = "\n".join(str(c.value) for row in sheet.iter_rows() for c in row)
    assert wanted in text
    assert LogEntry.objects.filter(verb="conduct.take-out").exists()
    nothing = quality.get(f"{url}{mark}format=xlsx&q=没有这个人")
    assert load_workbook(io.BytesIO(nothing.content)).active.max_row == 1
