"""Whatever stands in an address or a field, every page answers: with the page, with a refusal in
words, never by breaking."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

import shouwen.service
from shouwen.service.access.gate import PUBLIC
from shouwen.service.cases import actions as cases
from shouwen.service.cases.models import Channel, Topic
from shouwen.service.limits.incoming import MOST_BYTES
from shouwen.service.organisations.models import Role
from tests.service.conftest import NOON, ZONE
from tests.service.pages.test_every_url import IDS, addresses, filled

ASKED = re.compile(r"""request\.GET(?:\.get(?:list)?\(|\[)\s*"(\w+)\"""")
FIELDS = sorted({name for path in Path(shouwen.service.__path__[0]).rglob("*.py")
                 for name in ASKED.findall(path.read_text())})  # fmt: skip
"""The names of everything that any page looks for in its address."""
WORDS = ["", "' OR 1=1 --", "%_\\", "<script>alert(1)</script>", "9" * 40, "-1", "0", "1e999",
         "NaN", "2026-02-30", "9999-12", "0000-00-00", "2026-W60", "\ud7ff\u202e\ufffd", "²", "٣",
         "人" * 5000, "a,b,,", "../../etc/passwd", "{{ 7*7 }}", "xlsx"]  # fmt: skip


def open_one(operator):
    asked = cases.Asked(topic=Topic.REPAIR, channel=Channel.PHONE, matter="没有信号", name="客户某",
                        phone="13800001234", address="人民路1号")  # fmt: skip
    return cases.open_case(operator, asked)


def test_there_are_fields_to_ask_with():
    assert {"q", "month", "before"} & set(FIELDS)
    assert len(FIELDS) > 30


@pytest.mark.parametrize(("route", "view"), addresses(), ids=IDS)
def test_no_word_in_an_address_breaks_a_page(route, view, browser):
    client = Client() if view.permission == PUBLIC else browser("someone", *Role)
    for word in WORDS:
        answer = client.get(filled(route), dict.fromkeys(FIELDS, word))
        assert answer.status_code < 500, word


@pytest.mark.parametrize("address", ["/cases/?q=a%00b", "/cases/?%00=1", "/cases/C%001/",
                                     "/accounts/login/?next=%00"])  # fmt: skip
def test_the_sign_that_nothing_can_keep_is_refused_in_an_address(address, browser):
    answer = browser("接线员", *Role).get(address)
    assert answer.status_code == 400
    assert "没有保存" in answer.content.decode()


def test_the_sign_that_nothing_can_keep_is_refused_in_a_field_and_nothing_is_done(browser):
    from shouwen.service.cases.models import Case

    client = browser("接线员", Role.OPERATOR)
    form = {"uid": "u1", "topic": "repair", "channel": "phone", "matter": "没有\x00信号",
            "name": "某", "phone": "13800001234", "address": "人民路1号"}  # fmt: skip
    assert client.post("/intake/", form).status_code == 400
    assert not Case.objects.exists()
    assert client.post("/intake/", {**form, "matter": "没有信号"}).status_code == 302
    assert Case.objects.count() == 1


@pytest.mark.django_db
def test_what_is_too_large_to_be_read_is_not_read(at_noon):
    class Endless:
        def read(self, *_):
            raise AssertionError("it was read")

        readline = read

    client: Any = Client()
    size, stream = str(MOST_BYTES + 1), {"wsgi.input": Endless()}
    answer = client.request(REQUEST_METHOD="POST", PATH_INFO="/accounts/login/",
                            CONTENT_LENGTH=size, **stream)  # fmt: skip
    assert answer.status_code == 413
    assert "没有读取" in answer.content.decode()
    assert answer["Connection"] == "close"


def test_more_words_than_a_form_takes_are_refused(browser):
    client = browser("接线员", Role.OPERATOR)
    answer = client.post("/intake/", {"matter": "长" * 2_000_000})
    assert answer.status_code == 400
    assert "没有保存" in answer.content.decode()


def test_what_a_form_sends_that_it_cannot_have_offered_is_refused_in_words(browser, acting):
    client = browser("接线员", *Role)
    case = open_one(acting(client.person))
    for address, form, word in (
        (f"/cases/{case.number}/again/", {"channel": "smoke"}, "以何种方式"),
        ("/cases/bulk/", {"case": case.number, "to": "²"}, "请勾选"),
        ("/measure/adoption/", {"first_day": "2026-02-30"}, "施行日期"),
        ("/measure/events/register/investigation.assigned/",
         {"uid": "u1", "happened_at": "2026-05-06T11:00:00", "due_at": "0001-01-01"}, "年"),
    ):  # fmt: skip
        answer = client.post(address, form, follow=True)
        assert answer.status_code in (200, 422), address
        assert word in answer.content.decode(), address


def test_what_the_measure_has_no_room_for_leads_back_to_the_form_and_nothing_is_kept(
    browser, acting, monkeypatch
):
    from shouwen.service.enactment.models import Act

    client = browser("接线员", Role.OPERATOR)
    case = open_one(acting(client.person))
    before = Act.objects.count()
    address, form = f"/cases/{case.number}/due/", {"due_at": "9999-12-31T10:00"}
    answer = client.post(address, form, follow=True)
    assert "须在两年以内" in answer.content.decode()
    # As if the form had let it through.
    monkeypatch.setattr(cases, "FURTHEST", datetime(9999, 12, 31, 23, tzinfo=ZONE) - NOON)
    page = f"/cases/{case.number}/"
    sent_from = {"Referer": f"http://testserver{page}"}
    answer = client.post(address, form, headers=sent_from)
    assert answer["Location"] == page
    assert "办法不接受这一内容" in client.get(page).content.decode()
    assert Act.objects.count() == before
    told = client.post(address, form, headers=sent_from | {"X-Step": "1"})
    assert "办法不接受" in told.json()["error"]
