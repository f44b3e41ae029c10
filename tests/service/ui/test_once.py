"""A form that is sent twice is done once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpResponse, HttpResponseRedirect
from django.test import RequestFactory

from shouwen.service import clock
from shouwen.service.ui.models import Sent
from shouwen.service.ui.once import once
from tests.service.conftest import NOON

MARK = "6f1e1f5e-0a5b-4a57-9d5c-9d8f8c7b6a50"
OTHER = "0b8a4f0e-5d1c-4b9a-8f6e-2a3b4c5d6e7f"


@pytest.fixture
def form(organisation):
    """A form that counts how often its work was done."""

    class Form:
        done = 0

        def send(self, answer=None, **fields):
            def view(request):
                self.done += 1
                if isinstance(answer, Exception):
                    raise answer
                return answer or HttpResponseRedirect(f"/cases/{self.done}/")

            request = RequestFactory().post("/", fields)
            SessionMiddleware(lambda _: HttpResponse()).process_request(request)
            MessageMiddleware(lambda _: HttpResponse()).process_request(request)
            found = once(view)(request)
            self.said = [str(m) for m in get_messages(request)]
            return found

    return Form()


def test_the_second_time_leads_where_the_first_time_led(form):
    assert form.send(once=MARK).url == "/cases/1/"
    assert form.said == []
    assert form.send(once=MARK).url == "/cases/1/"
    assert form.done == 1
    assert len(form.said) == 1


def test_another_mark_is_another_form(form):
    form.send(once=MARK)
    assert form.send(once=OTHER).url == "/cases/2/"


def test_a_form_that_came_back_with_errors_may_be_sent_again(form):
    assert form.send(HttpResponse("please correct this"), once=MARK).status_code == 200
    assert form.send(once=MARK).url == "/cases/2/"


def test_a_form_whose_work_failed_may_be_sent_again(form):
    with pytest.raises(RuntimeError):
        form.send(RuntimeError("torn"), once=MARK)
    assert form.send(once=MARK).url == "/cases/2/"


@pytest.mark.parametrize("fields", [{}, {"once": ""}, {"once": "no mark"}])
def test_a_form_without_a_mark_is_done_as_often_as_it_is_sent(form, fields):
    form.send(**fields)
    form.send(**fields)
    assert form.done == 2


def test_a_mark_is_known_for_a_week(form):
    form.send(once=MARK)
    with clock.frozen_at(NOON + timedelta(days=7, seconds=1)):
        form.send(once=OTHER)
    assert [str(s.token) for s in Sent.objects.all()] == [OTHER]
