"""Plans on the pages: made of chosen words, changed, signed exactly as shown, refused with reasons otherwise."""

import re
import time
from dataclasses import replace

import pytest

from pipeline.domain import CutPlan, Revoicing, Voice
from pipeline.errors import PipelineError
from pipeline.store import Store
from review.interviewees import state
from review.signing import changes
from review.splice import splice_warnings
from review.web import auth, preview_page
from review.web.app import create_app

PASSWORD = "correct horse battery"


@pytest.fixture
def no_argon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The password is compared without its second of work: what that does has tests of its own."""

    def authenticate(store: Store, name: str, password: str):
        person = store.user_by_name(name)
        if person is None or password != PASSWORD:
            raise auth.AuthenticationError("name or password is wrong")
        return person

    monkeypatch.setattr(auth, "authenticate", authenticate)


def make_plan(place, words: str = "s2:1-9") -> str:
    """A plan of one passage, made by the editor; everything in it read and decided."""
    bea, edo = place.client("bea"), place.client("edo")
    bea.post("/flags/f-travel/decide", data={"choice": "keep", "reason": "about others", "seen": ""})
    bea.post(
        f"/recordings/{place.recording}/read", data={"segment": ["s1", "s2", "s3"], "words_state": place.words_state}
    )
    fields = {"place": words, "title": "Ask what you can do", "words_state": place.words_state}
    made = edo.post(f"/recordings/{place.recording}/plans", data=fields)
    return str(made.headers["location"])


def seen_on(client, plan: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', client.get(plan).text)
    assert found
    return found[1]


def sign(client, plan: str, seen: str | None = None, password: str = PASSWORD):
    return client.post(f"{plan}/sign", data={"seen": seen or seen_on(client, plan), "password": password})


def test_two_reviewers_sign_and_the_plan_may_be_cut(place, no_argon) -> None:
    """The first signature leaves one missing, the second none."""
    plan = make_plan(place)
    assert sign(place.client("bea"), plan).status_code == 303
    assert "1 of 2 people" in place.client("edo").get(plan).text
    assert sign(place.client("cem"), plan).status_code == 303
    assert "May be cut" in place.client("edo").get(plan).text


def test_a_signature_on_something_else_than_is_there_now_is_refused_with_the_difference(place, no_argon) -> None:
    """409: what was signed for, and what changed since, word by word; nothing is signed."""
    plan = make_plan(place)
    bea = place.client("bea")
    seen = seen_on(bea, plan)
    fields = {"place": "s2:4-4", "text": "whatever", "words_state": place.words_state}
    place.client("cem").post(f"/recordings/{place.recording}/correct", data=fields)
    late = sign(bea, plan, seen)
    assert late.status_code == 409
    assert "“your” → “whatever”" in late.text
    assert not place.store.signoffs(plan.rsplit("/", 1)[1])


def test_a_word_changed_after_signing_makes_it_stale_and_says_what(place, no_argon) -> None:
    """The page shows the signer what changed since he approved."""
    plan = make_plan(place)
    bea = place.client("bea")
    sign(bea, plan)
    fields = {"place": "s2:4-4", "text": "whatever", "words_state": place.words_state}
    place.client("edo").post(f"/recordings/{place.recording}/correct", data=fields)
    text = bea.get(plan).text
    assert "Since you approved" in text
    assert "“your” → “whatever”" in text
    assert "void: it changed since" in text


def test_who_corrected_a_word_of_a_plan_does_not_sign_it(place, no_argon) -> None:
    """He edited what is heard and read: two others have to sign."""
    plan = make_plan(place)
    fields = {"place": "s2:4-4", "text": "our", "words_state": place.words_state}
    place.client("cem").post(f"/recordings/{place.recording}/correct", data=fields)
    read = {"segment": "s2", "words_state": place.words_state}
    place.client("bea").post(f"/recordings/{place.recording}/read", data=read)
    place.client("edo").post(plan, data={"version": "1"})
    assert "two other people have to sign it" in place.client("cem").get(plan).text
    refused = sign(place.client("cem"), plan, seen_on(place.client("bea"), plan))
    assert refused.status_code == 422
    assert "corrected words in it" in refused.text
    assert sign(place.client("bea"), plan).status_code == 303


def test_a_claim_of_innocence_waits_for_someone_to_verify_it(place) -> None:
    """Unverified: not exported; corroborated with a source: exported; false: not even cut."""
    plan, bea = make_plan(place), place.client("bea")
    fields = {"place": "s2:1-3", "item": "incrimination.innocence_claim", "reason": "says so",
              "words_state": place.words_state}  # fmt: skip
    made = bea.post(f"/recordings/{place.recording}/flags", data=fields).json()["flags"][0]
    expected = {"": "nobody has verified", "corroborated": None, "disputed": "disputed", "false": "to be false"}
    for status, words in expected.items():
        if status:
            said = bea.post(f"/flags/{made}/claim", data={"status": status, "source": "court file"})
            assert said.json()["claim"]["status"] == status
        text = bea.get(plan).text
        assert ("claim of innocence" in text) is (words is not None)
        assert words is None or words in text
    assert bea.post(f"/flags/{made}/claim", data={"status": "corroborated"}).status_code == 422
    assert bea.post("/flags/f-travel/claim", data={"status": "corroborated", "source": "x"}).status_code == 422


def test_a_signature_is_taken_back_by_who_gave_it(place, no_argon) -> None:
    """It counts no more, the history keeps it, and signing again counts again."""
    plan = make_plan(place)
    bea = place.client("bea")
    for name in ("bea", "cem"):
        sign(place.client(name), plan)
    assert bea.post(f"{plan}/unsign").status_code == 303
    assert "1 of 2 people" in bea.get(plan).text
    assert "Take my signature back" not in bea.get(plan).text
    sign(bea, plan)
    assert "May be cut" in bea.get(plan).text
    kinds = [e.kind for e in place.store.entries(plan.rsplit("/", 1)[1])]
    assert kinds.count("plan.sign_off_taken_back") >= 1


def test_a_sentence_cut_in_half_is_shown_whole(place) -> None:
    """What stays and what is left out; “ask not” fell out, so people are asked to look."""
    plan = make_plan(place, "s2:3-9")
    text = place.client("bea").get(plan).text
    assert "Sentences cut in half" in text
    assert "<del>not</del>" in text
    assert "a negation in what was removed: does the meaning stay?" in text


def test_a_wrong_password_signs_nothing(place, no_argon) -> None:
    """Being signed in is not enough to sign."""
    plan = make_plan(place)
    assert sign(place.client("bea"), plan, password="somebody else's").status_code == 403
    assert not place.store.signoffs(plan.rsplit("/", 1)[1])


def test_unread_content_is_not_signed(place, no_argon) -> None:
    """422 with every reason."""
    fields = {"place": "s3:1-8", "title": "x", "words_state": place.words_state}
    plan = place.client("edo").post(f"/recordings/{place.recording}/plans", data=fields).headers["location"]
    refused = sign(place.client("bea"), plan)
    assert refused.status_code == 422
    assert "read" in refused.text
    assert not place.store.signoffs(plan.rsplit("/", 1)[1])


def test_a_passage_is_added_moved_and_left_out(place) -> None:
    """Each change is a new version; an old page's change is refused."""
    plan = make_plan(place)
    edo = place.client("edo")
    fields = {"place": "s1:1-4", "plan": plan.rsplit("/", 1)[1], "words_state": place.words_state}
    assert edo.post(f"/recordings/{place.recording}/plans", data=fields).status_code == 303
    name = plan.rsplit("/", 1)[1]
    assert [k.span.start_ms < 3000 for k in place.store.plan(name).kept] == [False, True]
    assert edo.post(plan, data={"version": "2", "move": "2.up"}).status_code == 303
    assert [k.span.start_ms < 3000 for k in place.store.plan(name).kept] == [True, False]
    assert edo.post(plan, data={"version": "2", "move": "1.out"}).status_code == 409
    assert edo.post(plan, data={"version": "3", "move": "1.out"}).status_code == 303
    assert len(place.store.plan(name).kept) == 1


def test_the_voice_is_chosen_on_the_page_and_shown_to_who_signs(place) -> None:
    """A new version without the voice; the page, the preview and the dossier say so."""
    plan = make_plan(place)
    edo = place.client("edo")
    fields = {"version": "1", "title": "Ask", "aspect": "16:9", "burn": "en", "voice": "removed"}
    assert edo.post(plan, data=fields).status_code == 303
    assert place.store.plan(plan.rsplit("/", 1)[1]).voice == "removed"
    text = place.client("bea").get(plan).text
    assert "Voice removed: nothing is heard" in text
    assert re.search(r"is_mute[^a-z]+true", text)
    assert "Voice removed: nothing is heard" in place.client("lea").get(f"{plan}/dossier").text


def test_who_signs_hears_the_reading(place) -> None:
    """The preview has no sound then; nobody else hears it, and a page never gets it as anything but sound."""
    plan = make_plan(place)
    before = place.store.plan(plan.rsplit("/", 1)[1])
    read = Revoicing("v-1", "d" * 64, "en", "e" * 64, (), (), 0)
    place.store.save_plan(replace(before, version=2, voice=Voice.REVOICED, revoicing=read))
    text = place.client("bea").get(plan).text
    assert f'src="{plan}/reading"' in text
    assert place.client("bea").get(f"{plan}/reading").status_code != 200
    folder = place.workspace.revoicings / "v-1"
    folder.mkdir(parents=True)
    (folder / "original.html").write_bytes(b"sound")
    answer = place.client("bea").get(f"{plan}/reading")
    assert (answer.status_code, answer.content) == (200, b"sound")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert place.client("xen").get(f"{plan}/reading").status_code == 403


def test_a_lower_third_is_typed_on_the_page_and_comes_back_as_it_was_typed(place) -> None:
    """One a line; who signs reads it, and the form holds it for the next change."""
    plan = make_plan(place)
    typed = "0:01-0:02 A former recruiter\n0:02-0:03 Left after a year"
    fields = {"version": "1", "title": "Ask", "aspect": "16:9", "lower_thirds": typed}
    assert place.client("edo").post(plan, data=fields).status_code == 303
    thirds = place.store.plan(plan.rsplit("/", 1)[1]).lower_thirds
    assert [(t.span.start_ms, t.text) for t in thirds] == [(1_000, "A former recruiter"), (2_000, "Left after a year")]
    assert "A former recruiter" in place.client("bea").get(plan).text
    assert "0:01.000-0:02.000 A former recruiter" in place.client("edo").get(plan).text


def test_a_sound_for_the_deaf_is_typed_on_the_page_and_shown_to_who_signs(place) -> None:
    """With its own version of the subtitles; the form holds it for the next change."""
    plan = make_plan(place)
    fields = {"version": "1", "title": "Ask", "aspect": "16:9", "sdh": "1", "sounds": "0:00.500-0:01 a crowd murmurs"}
    assert place.client("edo").post(plan, data=fields).status_code == 303
    made = place.store.plan(plan.rsplit("/", 1)[1]).sdh
    assert [(s.span.start_ms, s.text) for s in made.sounds] == [(500, "a crowd murmurs")]
    text = place.client("bea").get(plan).text
    assert "for the deaf and hard of hearing</h2>" in text
    assert "a crowd murmurs" in text
    assert ":0:00.500-0:01.000 a crowd murmurs" in place.client("edo").get(plan).text


def test_notes_are_typed_on_the_page_and_shown_to_who_signs_and_to_counsel(place) -> None:
    """Cards before the speech and sources after it; a form that does not have them leaves them alone."""
    plan = make_plan(place)
    notes = {"content_note": "He speaks of prison.", "translators_note": "Emir: a commander.", "sources": "Court file"}
    fields = {"version": "1", "title": "Ask", "aspect": "16:9", "burn": "ar"}
    edo = place.client("edo")
    assert edo.post(plan, data={**fields, **notes}).status_code == 303
    made = place.store.plan(plan.rsplit("/", 1)[1])
    assert [n.card.title for n in made.notes] == ["تنبيه بشأن المحتوى", "ملاحظة المترجم"]
    assert made.passages()[0].first_frame == made.opening_frames > made.card_frames(made.opening)
    for who, path in (("bea", plan), ("lea", f"{plan}/dossier")):
        text = place.client(who).get(path).text
        assert [note for note in notes.values() if note not in text] == []
    assert edo.post(plan, data={**fields, "version": "2", "content_note": ""}).status_code == 303
    assert [n.card.text for n in place.store.plan(made.id).notes] == ["Emir: a commander."]


def test_lower_thirds_go_along_with_the_speech_and_line_breaks_count_once(place) -> None:
    """A note makes the speech later; what the form gives back unchanged moves with it, what is typed anew does not."""
    plan = make_plan(place)
    fields = {"version": "1", "title": "Ask", "aspect": "16:9", "lower_thirds": "0:03-0:04 A former recruiter"}
    edo = place.client("edo")
    assert edo.post(plan, data=fields).status_code == 303
    before = place.store.plan(plan.rsplit("/", 1)[1])
    note = ("a" * 190 + "\r\n") * 2
    assert edo.post(plan, data={**fields, "version": "2", "content_note": note + "b" * 15}).status_code == 303
    made = place.store.plan(before.id)
    later = made.clip_ms(made.opening_frames) - before.clip_ms(before.opening_frames)
    assert [third.span.start_ms for third in made.lower_thirds] == [3_000 + later]
    assert later > 0
    typed = {**fields, "version": "3", "lower_thirds": "0:06-0:07 A former recruiter"}
    assert edo.post(plan, data=typed).status_code == 303
    assert place.store.plan(before.id).lower_thirds[0].span.start_ms == 6_000


def test_a_note_stands_long_enough_to_be_read_or_is_refused(place) -> None:
    """Sixty words take half a minute, and nobody waits longer."""
    plan = make_plan(place)
    fields = {"version": "1", "title": "Ask", "aspect": "16:9", "content_note": "prison " * 57}
    edo = place.client("edo")
    assert edo.post(plan, data=fields).status_code == 303
    made = place.store.plan(plan.rsplit("/", 1)[1])
    assert made.notes[0].card.duration_ms > 20_000
    answer = edo.post(plan, data={**fields, "version": "2", "content_note": "a " * 199})
    assert (answer.status_code, "seconds to read" in answer.text) == (422, True)


def test_a_preview_that_fails_unforeseen_says_so_and_may_be_asked_for_again(place) -> None:
    """Otherwise the page would wait for ever."""
    plan = make_plan(place)
    made = place.store.plan(plan.rsplit("/", 1)[1])

    def fail(_: CutPlan) -> None:
        raise OSError("of the disk")

    with pytest.raises(OSError, match="of the disk"):
        preview_page._make(replace(place.services, make_preview=fail), made, place.services.preview_file(made).name)
    state = place.client("bea").get(f"{plan}/preview/state").json()
    assert (state["making"], "unforeseen" in state["fault"]) == (False, True)


def test_the_dossier_holds_everything_counsel_needs(place) -> None:
    """Words, decisions with reasons, digest, open points."""
    text = place.client("lea").get(f"{make_plan(place)}/dossier").text
    for part in ("ask not what your", "about others", "K-01", "Open points", "Required:"):
        assert part in text


def test_withdrawing_blocks_every_page_and_file_at_once(place) -> None:
    """No surface shows a withdrawn person's recording, plan or sound; from the next request on."""
    plan = make_plan(place)
    base = f"/recordings/{place.recording}"
    parts = ("", "/state", "/media", "/media/state", "/sound", "/peaks")
    rendered = place.services.preview_file(place.store.plan(plan.rsplit("/", 1)[1]))
    rendered.parent.mkdir()
    rendered.write_bytes(b"picture")
    paths = [*(base + part for part in parts), plan, f"{plan}/dossier", f"{plan}/preview", f"{plan}/preview/state"]
    bea = place.client("bea")
    before = [bea.get(path).status_code for path in paths]
    assert before == [200, 200, 404, *[200] * 7]  # the review copy is being made
    state(place.store, place.people["lea"], "K-01", {"withdrawn": True})
    assert [bea.get(path).status_code for path in paths] == [410] * len(paths)
    assert "Ask what you can do" not in bea.get("/plans").text + bea.get("/").text


def test_changes_are_told_leaf_by_leaf() -> None:
    """Words as words, additions and removals as such; salts and versions are not told."""
    before = {
        "core": {"plan": {"title": "A", "salt": "1", "version": 1}, "words": [[0, 5, "no", None], [5, 9, "way", None]]}
    }
    now = {
        "core": {"plan": {"title": "B", "salt": "2", "version": 2}, "words": [[0, 5, "so", None], [5, 9, "way", None]]}
    }
    assert changes(before, now) == ("title: “A” → “B”", "words 1: “no” → “so”")


@pytest.mark.parametrize(
    ("removed", "kinds"),
    [
        ("I never said that", ("a negation", "who said or did it")),
        ("if they had let me", ("a condition", "who said or did it")),
        ("the weather was fine", ()),
        ("ما فعلت ذلك", ("a negation",)),
    ],
)
def test_a_splice_that_may_turn_the_meaning_is_pointed_out(removed: str, kinds: tuple[str, ...]) -> None:
    """Negation, condition and subject in what was removed."""
    assert splice_warnings(removed.split()) == kinds


def test_a_preview_is_rendered_when_somebody_asks_and_says_why_when_it_is_not(place) -> None:
    """Not before; then it is played to who sees the plan; what was refused is told in a sentence."""
    plan = make_plan(place)
    found = place.store.plan(plan.rsplit("/", 1)[1])

    def refuse(_: CutPlan) -> None:
        raise PipelineError("no quiet to lay over redaction x-1", "")

    def render(made: CutPlan) -> None:
        file = place.services.preview_file(made)
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"picture")

    for make, told in ((refuse, "no quiet to lay over"), (render, "")):
        served = replace(place, app=create_app(replace(place.services, make_preview=make)))
        bea = served.client("bea")
        assert bea.get(f"{plan}/preview").status_code == 404
        assert bea.post(f"{plan}/preview").status_code == 200
        for _ in range(100):
            state_now = bea.get(f"{plan}/preview/state").json()
            if not state_now["making"]:
                break
            time.sleep(0.02)
        assert (state_now["ready"], told in state_now["fault"]) == (not told, True)
    assert place.services.preview_file(found).is_file()
    assert place.client("bea").get(f"{plan}/preview").content == b"picture"
    assert place.client("xen").get(f"{plan}/preview").status_code == 403


def test_the_recorded_voice_is_not_played_for_a_disguised_one(place) -> None:
    """The page says that its player is silent, and why."""
    plan = make_plan(place)
    fields = {"version": "1", "title": "Ask", "aspect": "16:9", "burn": "en", "voice": "disguised"}
    assert place.client("edo").post(plan, data=fields).status_code == 303
    text = place.client("bea").get(plan).text
    assert re.search(r"is_mute[^a-z]+true", text)
    assert "Render a preview to hear the disguised one" in text
