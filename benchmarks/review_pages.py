"""How fast the review pages are: a transcript of six hours, and a click on a word.

    python benchmarks/review_pages.py [--words 54000] [--clicks 60]

Needs Chromium. The recording is the sample interview; its transcript is made six hours long, because
it is the number of words that makes pages slow. Clicks go to words within the recording.
"""

import argparse
import os
import platform
import random
import shutil
import socket
import statistics
import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from playwright.sync_api import Page, sync_playwright

from pipeline.domain import (
    Action,
    Agent,
    Flag,
    Modality,
    Role,
    Segment,
    Span,
    Speaker,
    TextMatch,
    Tier,
    Transcript,
    Word,
)
from pipeline.ingest import Request, make_sound, register
from pipeline.jobs.found import found_workspace
from pipeline.jobs.serve import make_services
from pipeline.media import make_peaks, make_proxy
from pipeline.settings import Settings
from pipeline.store import Store, open_store
from pipeline.workspace import create_workspace
from review.accounts import add_user
from review.checklist import load_checklist
from review.web import sessions
from review.web.app import create_app
from review.web.pages import cookie_name

SAMPLE = Path(__file__).parents[1] / "pipeline" / "sample" / "interview.mp4"
PASSWORD = "only for measuring"  # noqa: S105
WORD_MS = 400
WORDS_A_SEGMENT = 14
VOCABULARY = ("they", "told", "us", "it", "would", "be", "different", "and", "we", "believed", "until", "winter")

READY = """async () => {
  const entry = performance.getEntriesByType("navigation")[0];
  const words = Number(document.getElementById("words").dataset.count);
  const usable = performance.getEntriesByName("usable")[0].startTime;
  return { server: entry.responseEnd, parsed: entry.domContentLoadedEventEnd, usable, words };
}"""

CLICK = """(word) => new Promise((done) => {
  const media = document.getElementById("media"), began = performance.now();
  media.addEventListener("seeked", () => done(performance.now() - began), { once: true });
  word.dispatchEvent(new MouseEvent("mousedown", { bubbles: true, button: 0 }));
  word.dispatchEvent(new MouseEvent("mouseup", { bubbles: true, button: 0 }));
})"""

SCROLL = """async () => {
  const root = document.getElementById("words"), gaps = [];
  let last = performance.now(), missed = 0;
  for (let i = 0; i < 120; i += 1) {
    const wanted = root.scrollTop + 700;
    root.scrollTop = wanted;
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    gaps.push(now - last);
    last = now;
    const atEnd = root.scrollTop + root.clientHeight >= root.scrollHeight - 5;
    if (Math.abs(root.scrollTop - wanted) > 400 && !atEnd) missed += 1;
  }
  gaps.sort((a, b) => a - b);
  return { p50: gaps[60], p95: gaps[114], missed };
}"""


def long_transcript(count: int) -> Transcript:
    """So many words at an even pace, in segments of one or two sentences."""
    chance = random.Random(7)  # noqa: S311 - the same words every time
    segments = []
    for number, first in enumerate(range(0, count, WORDS_A_SEGMENT), start=1):
        words = tuple(
            Word(chance.choice(VOCABULARY), Span(n * WORD_MS, n * WORD_MS + 350), chance.uniform(0.3, 1))
            for n in range(first, min(first + WORDS_A_SEGMENT, count))
        )
        who = Speaker.INTERVIEWER if number % 9 == 0 else Speaker.INTERVIEWEE
        span = Span(words[0].span.start_ms, words[-1].span.end_ms)
        segments.append(Segment(f"s{number}", " ".join(w.text for w in words), span, words, who, "en"))
    return Transcript("en", count * WORD_MS, "benchmark", "none", tuple(segments), ())


def many_flags(transcript: Transcript) -> tuple[Flag, ...]:
    """One flag in every tenth segment, as in a heavy interview."""
    made = []
    for number, segment in enumerate(transcript.segments[::10]):
        red = number % 3 == 0
        made.append(
            Flag(f"f-{number}", "identity.location", segment.id, TextMatch(0, 12), segment.words[0].span, Agent.SELF,
                 Modality.ASSERTED, Tier.RED if red else Tier.AMBER, 0.5, "benchmark", "To measure.", Action.REDACT)
        )  # fmt: skip
    return tuple(made)


def fill(store: Store, workspace, count: int) -> str:
    recording = register(store, workspace, Request(SAMPLE, "K-01"))
    make_sound(store, workspace, recording)
    make_peaks(store, workspace, recording)
    make_proxy(store, workspace, recording)
    transcript = long_transcript(count)
    store.save_transcript(recording.id, transcript)
    store.replace_flags(recording.id, many_flags(transcript), load_checklist().sha256)
    return recording.id


def measure(page: Page, address: str, clicks: int) -> None:
    found = []
    for _ in range(6):
        page.goto(address, wait_until="commit")
        page.locator('#app[data-ready="1"]').wait_for()
        page.wait_for_timeout(1500)
        found.append(page.evaluate(READY))
    first, parts = found[0], sorted(found[1:], key=lambda f: f["usable"])[2]
    print(f"{parts['words']} words: usable after {parts['usable']:.0f} ms (first time {first['usable']:.0f} ms);"
          f" served after {parts['server']:.0f} ms, parsed after {parts['parsed']:.0f} ms; limit 1000 ms;"
          f" load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")  # fmt: skip
    chance = random.Random(1)  # noqa: S311
    took = [page.locator(".w").nth(chance.randrange(190)).evaluate(CLICK) for _ in range(clicks)]
    p95 = statistics.quantiles(took, n=20)[-1]
    print(f"click on a word to seeked: p50 {statistics.median(took):.0f} ms, p95 {p95:.0f} ms,"
          f" most {max(took):.0f} ms, {clicks} clicks; limit 100 ms")  # fmt: skip
    scrolled = page.evaluate(SCROLL)
    print(f"scrolling 120 screens: frame p50 {scrolled['p50']:.0f} ms, p95 {scrolled['p95']:.0f} ms,"
          f" {scrolled['missed']} inputs not followed")  # fmt: skip


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--words", type=int, default=54_000)
    asked.add_argument("--clicks", type=int, default=60)
    options = asked.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        print("skipped: no Chromium here (apt-get install chromium)")
        return
    with tempfile.TemporaryDirectory() as folder:
        workspace = create_workspace(Path(folder) / "workspace", Settings())
        found_workspace(workspace, "ana", (Role.ADMIN,), PASSWORD)
        store = open_store(workspace.store_url)
        bea = add_user(store, "bea", (Role.REVIEWER,), PASSWORD)
        recording = fill(store, workspace, options.words)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        app = create_app(make_services(workspace, store))
        server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", access_log=False))
        threading.Thread(target=server.run, daemon=True).start()
        with sync_playwright() as playwright:
            arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
            browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
            print(f"Chromium {browser.version}, {platform.machine()}, Python {platform.python_version()}")
            context = browser.new_context(viewport={"width": 1280, "height": 800})
            token = sessions.begin(store, bea, datetime.now(UTC))
            context.add_cookies([{"name": cookie_name(False), "value": token, "url": f"http://127.0.0.1:{port}"}])
            measure(context.new_page(), f"http://127.0.0.1:{port}/recordings/{recording}", options.clicks)
            browser.close()
        server.should_exit = True
        store.close()


if __name__ == "__main__":
    main()
