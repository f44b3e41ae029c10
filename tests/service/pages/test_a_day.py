"""A day at the desk, through the pages: what people type, click and see."""

from __future__ import annotations

import io
import re

import pytest
from django.db import connection
from django.test import Client
from openpyxl import load_workbook

from shouwen.service.aftercare.models import CallBack
from shouwen.service.audit.models import Sighting
from shouwen.service.cases.models import Case, CaseState
from shouwen.service.cases.queries import find
from shouwen.service.contacts.models import Call, Customer
from shouwen.service.enactment.bridge import register
from shouwen.service.enactment.models import Event
from shouwen.service.organisations.models import Reach, Role, Territory, TerritoryTechnician
from shouwen.service.workorders import actions as work
from shouwen.service.workorders.models import WorkOrder


@pytest.fixture
def town(station, staff):
    territory = Territory.objects.create(
        code="T1", name="城关镇", area="城区", unit=station, keywords="人民路\n解放路"
    )
    person = staff("维修员甲", Role.TECHNICIAN)
    TerritoryTechnician.objects.create(territory=territory, person=person)
    return territory


@pytest.fixture
def operator(browser):
    return browser("接线员", Role.OPERATOR)


FORM = {
    "channel": "phone", "phone": "138 0000 1234", "name": "客户某", "address": "人民路12号",
    "topic": "repair", "matter": "电视没有信号", "rings": "2", "uid": "form-1",
}  # fmt: skip


# What customers said and what places and people are called is not the pages' to translate.
FOREIGN = re.compile(
    r"<[^>]+>首</span>|<[^>]+>|首问|中文|城关\S*|客\S*|人民路\S*|电视\S*|接线员|维修员甲|某县广电"
)


def take_up(client, **more):
    return client.post("/intake/", FORM | more)


def said(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def test_a_call_becomes_a_case_a_job_and_a_clock(operator, town):
    answer = take_up(operator)
    case = Case.objects.get()
    assert answer["Location"] == f"/cases/{case.number}/"
    assert (case.phone, case.territory, case.customer.name) == ("13800001234", town, "客户某")
    job = WorkOrder.objects.get()
    assert (job.case, job.technician.number) == (case, "维修员甲")
    page = said(operator.get(answer["Location"]))
    assert "限时到场" in page
    assert "剩30分钟" in page
    assert "按小时计算" in page


def test_the_same_form_sent_twice_makes_one_case(operator, town):
    first, again = take_up(operator), take_up(operator)
    assert first["Location"] == again["Location"]
    assert Case.objects.count() == WorkOrder.objects.count() == 1


def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(operator, town):
    answer = take_up(operator, phone="12", address="", matter="电视没有信号")
    page = said(answer)
    assert answer.status_code == 422
    assert "这不是电话号码：共 2 位数字" in page
    assert "需要上门，请填写地址" in page
    assert "电视没有信号" in page
    assert not Case.objects.exists()


def test_who_calls_is_shown_as_the_number_is_typed_with_open_cases(operator, town):
    take_up(operator)
    part = said(operator.get("/intake/caller/?phone=13800001234"))
    assert "客户某" in part
    assert Case.objects.get().number in part
    assert "客户某" not in said(operator.get("/intake/caller/?phone=1380"))


def test_many_reports_from_one_place_are_noticed(operator, town):
    for n in range(3):
        take_up(operator, uid=f"form-{n}", phone=f"1380000000{n}", name=f"客户{n}")
    assert "可能是同一故障" in said(operator.get("/intake/caller/?phone=13800000001"))


def test_the_address_finds_the_territory(operator, town):
    assert "城关镇" in said(operator.get("/intake/place/?address=解放路9号"))


def test_a_pasted_message_fills_in_the_form(operator, town):
    text = "你好，我叫李某某，人民路5号，电话13900005678，宽带上不了网"
    page = said(operator.post("/intake/chat/", {"text": text}))
    assert 'value="13900005678"' in page
    assert 'value="人民路5号"' in page
    assert "宽带上不了网" in page


def test_a_ringing_telephone_is_answered_once_and_its_rings_are_counted(
    operator, browser, town, the_clock_stands_at
):
    operator.post("/intake/calls/soft/", {"phone": "13800001234"})
    assert "13800001234" in said(operator.get("/intake/ringing/"))
    call = Call.objects.get()
    the_clock_stands_at("2026-05-06 12:01")
    operator.post(f"/intake/calls/{call.pk}/answer/")
    colleague = browser("接线员乙", Role.OPERATOR)
    late = colleague.post(f"/intake/calls/{call.pk}/answer/", follow=True)
    assert "同事已接听" in said(late)
    call.refresh_from_db()
    assert (call.operator.number, call.rings) == ("接线员", 13)
    assert 'value="13800001234"' in said(operator.get(f"/intake/?call={call.pk}"))


def test_a_case_is_found_by_the_end_of_the_number_by_words_and_by_its_number(operator, town):
    take_up(operator)
    number = Case.objects.get().number
    for text in ("1234", "13800001234", "没有信号", "人民路", "客户某"):
        assert number in said(operator.get("/search/", {"q": text})), text
    assert operator.get("/search/", {"q": number})["Location"] == f"/cases/{number}/"
    assert number not in said(operator.get("/search/", {"q": "停电"}))


def test_a_search_finds_nothing_of_another_organisation(operator, town):
    from shouwen.service.tenancy.models import Organisation
    from shouwen.service.tenancy.scope import scope

    take_up(operator)
    number = Case.objects.get().number
    assert [c.number for c in find(Case.objects.all(), "没有信号")] == [number]
    with scope(Organisation.objects.create(code="other", name="邻县").pk):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM cases_found(%s, 10)", ["信号"])
            assert cursor.fetchone() == (0,)
        assert not find(Case.objects.all(), "没有信号").exists()


@pytest.mark.parametrize("text", ["'", "&", "a & | !b", ":*", "\\", "(", "%", "<->", "！！"])
def test_a_search_for_odd_signs_finds_nothing_and_breaks_nothing(operator, town, text):
    take_up(operator)
    assert operator.get("/search/", {"q": text}).status_code == 200
    assert operator.get("/customers/", {"q": text}).status_code == 200
    assert operator.get("/cases/", {"q": text}).status_code == 200


def test_names_and_phones_are_masked_until_someone_asks_and_that_is_kept(operator, town):
    take_up(operator)
    number = Case.objects.get().number
    assert "13800001234" not in said(operator.get(f"/cases/{number}/"))
    assert not Sighting.objects.exists()
    assert "13800001234" in said(operator.get(f"/cases/{number}/?full=1"))
    assert Sighting.objects.get().subject == f"case:{number}"


def test_a_case_passes_from_hand_to_hand_only_when_it_is_accepted(operator, browser, town):
    take_up(operator)
    case = Case.objects.get()
    colleague = browser("营业员", Role.CLERK, reach=Reach.OWN)
    assert colleague.get(f"/cases/{case.number}/").status_code == 404
    operator.post(f"/cases/{case.number}/hand-over/", {"to": colleague.person.pk})
    assert "接手" in said(colleague.get("/"))
    case.refresh_from_db()
    assert case.owner == operator.person
    colleague.post(f"/cases/{case.number}/accept/")
    case.refresh_from_db()
    assert case.owner == colleague.person


def test_the_list_is_filtered_exported_and_handed_over_in_bulk(operator, browser, town):
    for n in range(3):
        take_up(operator, uid=f"form-{n}", topic="enquiry" if n else "repair")
    repairs = said(operator.get("/cases/", {"topic": "repair"}))
    assert repairs.count("data-drawer") == 1
    sheet = load_workbook(io.BytesIO(operator.get("/cases/?format=xlsx").content)).active
    assert sheet.max_row == 4
    to = browser("营业员", Role.CLERK).person
    numbers = [c.number for c in Case.objects.all()]
    operator.post("/cases/bulk/", {"case": numbers, "to": to.pk})
    assert Case.objects.filter(handed_to=to, state=CaseState.HANDED).count() == 3


def test_a_sheet_holds_no_formula_that_a_customer_dictated(operator, town):
    take_up(operator, matter="=HYPERLINK(1)")
    sheet = load_workbook(io.BytesIO(operator.get("/cases/?format=xlsx").content)).active
    values = [str(c.value) for row in sheet.iter_rows() for c in row]
    assert "'=HYPERLINK(1)" in values


def test_the_morning_s_call_and_an_unhappy_answer(operator, browser, town, the_clock_stands_at):
    from shouwen.service.access.actor import Actor
    from shouwen.service.aftercare.actions import owe

    take_up(operator)
    job = WorkOrder.objects.get()
    assert job.technician is not None
    technician = Actor.of(job.technician)
    work.arrive(technician, job)
    owe(technician, work.finish(technician, job, "更换接头"))
    operator.get("/")
    assert Case.objects.get().number not in said(operator.get("/call-backs/"))
    the_clock_stands_at("2026-05-07 08:40")
    call = CallBack.objects.get()
    assert job.key in said(operator.get("/call-backs/"))
    assert "13800001234" in said(operator.get(f"/call-backs/{call.pk}/"))
    answer = operator.post(
        f"/call-backs/{call.pk}/answer/",
        {"answer": "unhappy", "said": "又坏了", "verified": "on", "heard": "on"}, follow=True,
    )  # fmt: skip
    assert "已重新受理" in said(answer)
    assert Case.objects.filter(follows=job.case, matter="又坏了").count() == 1


def test_someone_whose_login_has_expired_is_sent_back_to_the_form(town):
    sent_from = {"Referer": "http://testserver/intake/"}
    answer = Client().post("/intake/", FORM, headers=sent_from)
    assert answer["Location"] == "/accounts/login/?next=/intake/"


def test_every_page_speaks_english_too(operator, town):
    take_up(operator)
    operator.get("/")
    operator.post("/language/", {"language": "en", "next": "/"})
    number = Case.objects.get().number
    for address in ("/", "/intake/", "/cases/", f"/cases/{number}/", "/clocks/", "/help/"):
        page = FOREIGN.sub(" ", said(operator.get(address)))
        assert not re.search(r"[一-鿿]", page), (address, re.findall(r".{9}[一-鿿].{9}", page))


def test_events_of_the_measure_carry_what_was_written_down(operator, town):
    take_up(operator)
    logged = Event.objects.get(type="call.logged")
    assert logged.facts["address_noted"] is True
    assert Event.objects.get(type="call.answered").facts["rings"] == "2"


def test_a_clock_says_what_it_is_about(browser, operator, town, acting):
    take_up(operator)
    told = {"project": "X-7", "unit": "城关站", "person": operator.person.number}
    register(acting(operator.person), "project.submitted", told)
    office = browser("办公室", Role.QUALITY)
    for address in ("/", "/clocks/"):
        page = said(office.get(address))
        assert f'data-drawer class="num">{Case.objects.get().number}</a>' in page
        assert re.search(r'href="/measure/why/[^"]*" data-drawer>项目 X-7</a>', page)
    office.post("/language/", {"language": "en", "next": "/"})
    assert "project X-7</a>" in said(office.get("/clocks/"))


def test_pages_stay_flat_as_data_grows(operator, town, django_assert_max_num_queries):
    for n in range(6):
        take_up(operator, uid=f"form-{n}", phone=f"1380000{n:04d}", name=f"客户{n}")
    for address, most in (("/", 26), ("/cases/", 14), ("/clocks/", 10), ("/jobs/dispatch/", 13)):
        with django_assert_max_num_queries(most):
            operator.get(address)
    assert Customer.objects.count() == 6


def test_the_board_shows_the_most_pressing_jobs_of_each_and_all_of_one(
    browser, operator, staff, town, acting, the_clock_stands_at
):
    from shouwen.service.cases.actions import Asked, open_case
    from shouwen.service.cases.models import Channel, Topic
    from shouwen.service.workorders.actions import order_work
    from shouwen.service.workorders.models import WorkKind

    technician = staff("维修员乙", Role.TECHNICIAN)
    actor = acting(operator.person)
    for n in range(14):
        the_clock_stands_at(f"2026-05-06 12:{n:02}")
        asked = Asked(topic=Topic.REPAIR, channel=Channel.PHONE, matter="没有信号", name="客户某",
                      phone="13800001234", address=f"人民路{n}号")  # fmt: skip
        given = technician if n < 13 else None
        order_work(actor, open_case(actor, asked), WorkKind.REPAIR, technician=given)
    WorkOrder.objects.filter(key="C20260506-0014").update(technician=None, state="new")
    dispatcher = browser("调度员", Role.DISPATCHER)
    page = said(dispatcher.get("/jobs/dispatch/"))
    assert page.count("<article") == 13
    assert page.index("C20260506-0014") < page.index("C20260506-0001")
    assert "还有 1 项" in page
    one = said(dispatcher.get("/jobs/dispatch/", {"of": technician.pk}))
    assert one.count("<article") == 13
    assert "C20260506-0014" not in one
    assert "全部维修员" in one
