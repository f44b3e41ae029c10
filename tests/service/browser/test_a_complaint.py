"""A complaint in a real browser: from the call to the answer, three people and a phone."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from shouwen.service.complaints.models import Complaint, State
from shouwen.service.organisations.models import Reach, Role, Unit, UnitKind

pytestmark = pytest.mark.slow


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "现场.png"
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "grey").save(out, "PNG")
    path.write_bytes(out.getvalue())
    return str(path)


def take_down(page, technician):
    page.goto("/complaints/new/")
    page.get_by_label("投诉内容").fill("师傅在我家抽烟")
    page.get_by_label("人员").select_option(str(technician.person.pk))
    page.get_by_label("姓名").fill("胡大娘")
    page.get_by_label("电话", exact=True).fill("13812345678")
    page.get_by_role("button", name="登记").click()
    page.wait_for_url("**/complaints/T*/")


def fits(page):
    """Whether nothing stands out at the side of a page."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_from_the_call_to_the_answer(works, staff, site, inside, picture, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "kept"
    top = Unit.objects.create(code="总部", name="公司本部", kind=UnitKind.COMPANY)
    leader = staff("分管领导", Role.EXECUTIVE, reach=Reach.ORGANISATION, unit=top)
    operator = works("接线员", Role.OPERATOR)
    technician = works("维修员", Role.TECHNICIAN, phone=True)
    office = works("质检员", Role.QUALITY, phone=True)

    take_down(operator, technician)
    operator.get_by_label("上报给").select_option(str(leader.pk))
    operator.get_by_role("button", name="我已上报").click()
    operator.get_by_text("已上报分管领导").wait_for()
    address = operator.url

    office.goto(address)
    assert "胡**" in office.inner_text("#complainant")
    assert "胡大娘" not in office.content()
    assert fits(office)
    office.get_by_role("button", name="查看投诉人").tap()
    office.get_by_text("胡大娘").wait_for()
    office.goto(address)
    office.locator("#assign_to").select_option(str(office.person.pk))
    office.locator("#assign_due_at").fill("2026-05-09T12:00")
    office.get_by_role("button", name="指定", exact=True).tap()
    office.get_by_text("由质检员查处").wait_for()
    office.get_by_text("请当事人陈述").tap()
    office.get_by_label("对方只看到这段话").fill("当天抽烟了吗？")
    office.get_by_role("button", name="请其陈述").tap()
    office.get_by_text("已请维修员陈述").wait_for()

    technician.goto("/complaints/")
    technician.get_by_role("link", name="T2026").tap()
    technician.get_by_text("当天抽烟了吗？").wait_for()
    assert "胡" not in technician.inner_text("main")
    assert fits(technician)
    technician.get_by_label("照您所写原样留存").fill("抽了一支，下次不会了")
    technician.get_by_role("button", name="提交").tap()
    technician.get_by_text("您的陈述已照原样保存").wait_for()

    office.goto(address)
    office.get_by_text("添加证据").first.tap()
    office.locator("#e-title").fill("现场照片")
    office.locator("#e-file").set_input_files(picture)
    office.locator("form[enctype] button").tap()
    office.get_by_role("link", name="现场照片").wait_for()
    office.get_by_role("link", name="作出结论").tap()
    office.get_by_text("属实", exact=True).tap()
    office.locator("#id_reasons").fill("本人承认")
    office.locator("#id_line0-norm").select_option("3.3.6a")
    office.locator("#id_line0-occurred").fill("2026-05-06T09:00")
    assert fits(office)
    office.get_by_role("button", name="保存结论").tap()
    office.get_by_text("罚款100–500元").first.wait_for()
    assert fits(office)
    office.locator("#reply-words").fill("情况属实，已处理，向您致歉")
    office.get_by_role("button", name="已答复").tap()
    office.locator(".tag", has_text="已答复").wait_for()

    operator.goto(address)
    operator.get_by_text("情况属实，已处理，向您致歉").wait_for()
    with inside():
        assert Complaint.objects.get().state == State.REPLIED
