"""The spine in the system's own browser: the demo as a newcomer starts it, lived on the chat page.

With PICTURES=docs/pictures in the environment the README's pictures are taken on the way.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = ("no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking")
FLAGS = [f"--{flag}" for flag in (*QUIET, "disable-component-update", "disable-sync")]
MENTOR, CITY, ASSOCIATION, PROVINCE = 201, 301, 401, 501
FACTORY = "上虞晨光注塑有限公司"
TROUBLE = "注塑件缩水、飞边，不良率8%，想降到2%，返工的人比干活的还多，想请人来厂里看看"
PATIENCE = 30_000  # milliseconds
WALK = 120_000
INTERRUPTED = 130


@contextmanager
def demo(port: int, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """`make run` without make; ends with Ctrl-C, takes its children along and says so with its exit code."""
    command = [sys.executable, "-m", "bot", "demo", "--port", str(port), "--folder", str(folder)]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        said = iter(child.stdout.readline, "")
        assert any(f"Open http://127.0.0.1:{port}/" in line for line in said), "the demo named no address"
        yield child
        children = children_of(child.pid)
        assert len(children) >= 2
        child.send_signal(signal.SIGINT)
        assert child.wait(30) == INTERRUPTED
        gone_by = time.monotonic() + 5  # the process that draws ends when it hears nothing more from the bot
        while left := [pid for pid in children if alive(pid)]:
            assert time.monotonic() < gone_by, f"{left} are left"
            time.sleep(0.05)
    finally:
        if child.poll() is None:
            child.terminate()
            child.wait(30)


def children_of(parent: int) -> list[int]:
    """The processes somebody has started, and theirs."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split() if stat.exists() else []
        if fields and int(fields[1]) == parent:
            found += [int(stat.parent.name), *children_of(int(stat.parent.name))]
    return found


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = next((found for name in NAMES if (found := shutil.which(name))), None)
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1660, "height": 900}, locale="zh-CN")
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    yield page
    assert troubles == []


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Chat:
    """One phone on the page."""

    def __init__(self, page: Page, person: int) -> None:
        self.page, self.person = page, person
        self.root = page.locator(f'[data-person="{person}"]')

    @property
    def news(self) -> Locator:
        """What the bot has said, or said anew, since this person last did something."""
        return self.root.locator('[data-testid="message"][data-from="bot"]:not([data-old])')

    def hears(self, *words: str) -> None:
        for one in words:
            expect(self.news.filter(has_text=one).last).to_be_visible()

    def begin(self) -> None:
        """Bring the phone into a column; what stands there now is old."""
        self.open()
        self.news.evaluate_all("rows => rows.forEach(row => row.setAttribute('data-old', ''))")

    def open(self) -> None:
        """Bring the phone into a column."""
        if not self.root.count():
            self.page.locator(f'[data-strip="{self.person}"]').click()

    def say(self, text: str, *words: str) -> None:
        self.begin()
        composer = self.root.get_by_test_id("composer")
        composer.fill(text)
        composer.press("Enter")
        self.hears(*words)

    def tap(self, label: str, *words: str) -> None:
        """Press the newest button with exactly this label, or one that begins with it."""
        self.begin()
        buttons = self.root.get_by_test_id("inline")
        exact = buttons.filter(has_text=re.compile(f"^{re.escape(label)}$"))
        (exact if exact.count() else buttons.filter(has_text=label)).last.click()
        self.hears(*words)

    def share_contact(self, *words: str) -> None:
        self.begin()
        self.root.get_by_test_id("reply-key").first.click()
        self.root.get_by_test_id("share-contact-yes").click()
        self.hears(*words)


def picture(page: Page, name: str, person: int | None = None) -> None:
    """Take a picture for the README, when the environment asks for it: of the page, or of one phone."""
    if not (folder := os.environ.get("PICTURES")):
        return
    path = ROOT / folder / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    size = page.viewport_size
    assert size is not None
    if person is None:
        page.wait_for_timeout(700)
        page.screenshot(path=path)
        return
    page.set_viewport_size({"width": 400, "height": 780})
    Chat(page, person).open()
    page.wait_for_timeout(700)
    page.locator(f'[data-person="{person}"]').screenshot(path=path)
    page.set_viewport_size(size)
    page.wait_for_timeout(300)


def test_the_spine_on_the_page(page: Page, tmp_path: Path, port: int) -> None:
    with demo(port, tmp_path):
        page.goto(f"http://127.0.0.1:{port}/")
        factory = newcomer_registers(page)
        need_is_matched(page, factory)
        pair_agrees(page, factory)
        month_is_reported(page, factory)
    with demo(port, tmp_path):
        page.goto(f"http://127.0.0.1:{port}/")
        factory.say("/pairs", "导入", "辅导：1 次")


def newcomer_registers(page: Page) -> Chat:
    """A newcomer is added with the button, registers a factory and posts a need; the city office verifies."""
    expect(page.locator(".column")).to_have_count(5)
    page.get_by_test_id("newcomer").click()
    fresh = page.locator(".column").filter(has_text="新人")
    expect(fresh).to_have_count(1)
    factory = Chat(page, int(fresh.get_attribute("data-person") or 0))
    expect(factory.root).to_contain_text("陈晓光")
    factory.root.get_by_test_id("start").click()
    factory.hears("同意前不存任何个人信息")
    factory.tap("同意并开始", "您的单位叫什么")
    factory.say(FACTORY, "我理解为", "绍兴 上虞")
    factory.tap("对，继续", "统一社会信用代码")
    factory.tap("跳过", "联系电话")
    factory.share_contact("请过目")
    factory.tap("提交", "已提交", "绍兴市评审办")
    factory.tap("发布需求", "哪里不顺")
    factory.say(TROUBLE, "我理解为", "过程不良率 8% → 2%")
    picture(page, "need", factory.person)
    factory.tap("对，继续", "请过目")
    factory.tap("提交", "已提交")
    city = Chat(page, CITY)
    city.say("/verify", FACTORY)
    city.tap("看第", FACTORY)
    city.tap("通过", "已核实")
    factory.hears("已核实为入孵单位")
    return factory


def need_is_matched(page: Page, factory: Chat) -> None:
    """The association approves; the bot proposes with reasons; the mentor of the demo world accepts."""
    association, mentor = Chat(page, ASSOCIATION), Chat(page, MENTOR)
    association.say("/queue", "待审 2 条")
    association.tap("看第2条", "注塑件缩水")
    association.tap("批准", "已发布")
    factory.hears("已发布，找到", "宁波海岳精工", "✓", "△")
    picture(page, "candidates", factory.person)
    factory.tap("看第1家", "宁波海岳精工", "还有")
    factory.tap("请求对接", "姓名和电话")
    factory.tap("是", "已请求")
    mentor.hears("请求贵单位带一带")
    Chat(page, PROVINCE).say("/board", "看板 全省")
    association.tap("下一条", "待审需求")
    picture(page, "phones")
    mentor.tap("接受", "结对成功")
    factory.hears("结对成功")


def pair_agrees(page: Page, factory: Chat) -> None:
    """Undertakings, mentor, team and two goals; locked by the mentor; the first session logged and confirmed."""
    mentor = Chat(page, MENTOR)
    mentor.tap("保密承诺", "不外传")
    mentor.tap("同意并签名", "请输入您的姓名")
    mentor.say("陈国强", "已签：陈国强")
    mentor.tap("定导师", "谁来当导师")
    mentor.tap("陈国强", "导师定了")
    factory.tap("保密承诺", "不外传")
    factory.tap("同意并签名", "请输入您的姓名")
    factory.say("陈晓光", "已签：陈晓光")
    factory.tap("定责任人", "谁是责任人")
    factory.tap("陈晓光", "首席质量官吗")
    factory.tap("是", "团队还有谁")
    factory.say("老方、小叶", "团队：老方、小叶")
    factory.tap("目标", "还没有指标")
    for name, unit, values, target in (
        ("过程不良率", "%", "8.1 7.9 8.3", "2"),
        ("返工返修率", "", "12 11 13", "6"),
    ):
        factory.tap("加指标", "想改善哪个数字")
        factory.say(name)
        if unit:
            factory.hears("什么单位")
            factory.tap(unit)
        factory.hears("最近三个月")
        factory.say(values, "想做到多少")
        factory.say(target, "请过目")
        factory.tap("提交", f"已记下：{name}")
    factory.tap("送导师确认", "已送导师确认")
    mentor.hears("请确认上虞晨光")
    mentor.tap("确认锁定", "进入导入阶段")
    mentor.say("/log 今天上午去上虞晨光做质量诊断，3个小时，8个人", "我理解为", "质量诊断")
    mentor.tap("对，继续", "有什么结果")
    mentor.tap("跳过", "已记下")
    factory.hears("请确认辅导")
    factory.tap("确认", "已确认")


def pass_time(page: Page, button: str) -> None:
    """Press one of the clock's buttons and wait until the bot has come that far."""
    page.get_by_test_id(button).click()
    expect(page.get_by_test_id("clock")).to_have_attribute("data-passing", "true")
    expect(page.get_by_test_id("clock")).to_have_attribute("data-passing", "false", timeout=WALK)


def month_is_reported(page: Page, factory: Chat) -> None:
    """The clock is moved by its buttons until the month's question comes; the answer brings the picture."""
    asked = factory.root.get_by_test_id("message").filter(has_text=re.compile("请填 \\d+月的指标"))
    for _ in range(7):
        pass_time(page, "clock-week")
        if asked.count():
            break
    pass_time(page, "clock-morning")
    asked.last.get_by_test_id("inline").filter(has_text="填数据").click()
    factory.hears("过程不良率")
    factory.say("7.2", "返工返修率")
    factory.tap("和上月一样", "顺不顺")
    factory.tap("4 比较顺", "的数收到了")
    expect(factory.news.get_by_test_id("photo").locator("img")).to_be_visible()
    picture(page, "trend", factory.person)
    city = Chat(page, CITY)
    city.open()
    expect(city.root.get_by_test_id("message").filter(has_text="绍兴市评审办").last).to_contain_text("待办")
