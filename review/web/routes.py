"""Every route with who may use it: one literal table, checked role by role in the tests."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.responses import Response

from review.web import (
    account_page,
    auth,
    clips_page,
    jobs_page,
    ledger_page,
    media_page,
    plan_acts,
    plan_page,
    preview_page,
    queue_page,
    recording_acts,
    recording_page,
    report_page,
    search_page,
    static_page,
)
from review.web.access import ADMINS, ANYONE, AUDITORS, DECIDERS, EDITORS, READERS, SIGNED_IN, VIEWERS, Access
from review.web.visit import Visit


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the table."""

    method: str
    path: str
    page: Callable[[Visit], Response]
    access: Access


ROUTES = (
    Entry("GET", "/static/{file}", static_page.static, ANYONE),
    Entry("GET", "/sign-in", auth.sign_in_page, ANYONE),
    Entry("POST", "/sign-in", auth.sign_in, ANYONE),
    Entry("POST", "/sign-out", auth.sign_out, SIGNED_IN),
    Entry("GET", "/", queue_page.queue, SIGNED_IN),
    Entry("GET", "/jobs", jobs_page.jobs, SIGNED_IN),
    Entry("GET", "/search", search_page.search_form, READERS),
    Entry("POST", "/search", search_page.search, READERS),
    Entry("GET", "/report", report_page.report, VIEWERS),
    Entry("GET", "/report/picture", report_page.report_picture, VIEWERS),
    Entry("GET", "/account", account_page.account, SIGNED_IN),
    Entry("POST", "/account/look", account_page.choose_look, SIGNED_IN),
    Entry("POST", "/account/codes", account_page.offer_codes, SIGNED_IN),
    Entry("POST", "/account/codes/confirm", account_page.confirm_codes, SIGNED_IN),
    Entry("POST", "/account/codes/renew", account_page.renew_codes, SIGNED_IN),
    Entry("POST", "/account/password", account_page.choose_password, SIGNED_IN),
    Entry("POST", "/sessions/{session}/end", account_page.end_session, SIGNED_IN),
    Entry("GET", "/people", account_page.people, ADMINS),
    Entry("POST", "/people", account_page.add_person, ADMINS),
    Entry("POST", "/people/{user}/roles", account_page.give_roles, ADMINS),
    Entry("POST", "/people/{user}/password", account_page.reset_password, ADMINS),
    Entry("POST", "/people/{user}/codes/remove", account_page.take_codes_away, ADMINS),
    Entry("POST", "/assignments", account_page.assign_person, ADMINS),
    Entry("GET", "/recordings/{recording}", recording_page.recording, READERS),
    Entry("GET", "/recordings/{recording}/state", recording_page.state, READERS),
    Entry("GET", "/recordings/{recording}/media", media_page.media, READERS),
    Entry("GET", "/recordings/{recording}/media/state", media_page.media_state, READERS),
    Entry("GET", "/recordings/{recording}/sound", media_page.sound, READERS),
    Entry("GET", "/recordings/{recording}/peaks", media_page.peaks, READERS),
    Entry("POST", "/recordings/{recording}/read", recording_acts.read, DECIDERS),
    Entry("POST", "/recordings/{recording}/flags", recording_acts.add_flag, READERS),
    Entry("POST", "/recordings/{recording}/covers", recording_acts.cover, DECIDERS),
    Entry("POST", "/recordings/{recording}/correct", recording_acts.correct, READERS),
    Entry("POST", "/recordings/{recording}/comments", recording_acts.add_comment, READERS),
    Entry("POST", "/recordings/{recording}/plans", plan_acts.new_plan, EDITORS),
    Entry("POST", "/flags/{flag}/decide", recording_acts.decide, DECIDERS),
    Entry("POST", "/flags/{flag}/undo", recording_acts.undo, DECIDERS),
    Entry("POST", "/flags/{flag}/claim", recording_acts.claim, DECIDERS),
    Entry("GET", "/plans", plan_page.plans, READERS),
    Entry("GET", "/plans/{plan}", plan_page.plan, READERS),
    Entry("POST", "/plans/{plan}", plan_acts.change_plan, EDITORS),
    Entry("POST", "/plans/{plan}/sign", plan_acts.sign_plan, DECIDERS),
    Entry("POST", "/plans/{plan}/unsign", plan_acts.unsign_plan, DECIDERS),
    Entry("POST", "/plans/{plan}/override", plan_acts.override_flag, DECIDERS),
    Entry("GET", "/plans/{plan}/preview", preview_page.preview, READERS),
    Entry("GET", "/plans/{plan}/preview/state", preview_page.preview_state, READERS),
    Entry("POST", "/plans/{plan}/preview", preview_page.make_preview, READERS),
    Entry("GET", "/plans/{plan}/reading", media_page.reading, READERS),
    Entry("GET", "/plans/{plan}/dossier", plan_acts.dossier, READERS),
    Entry("GET", "/clips", clips_page.clips, VIEWERS),
    Entry("GET", "/clips/{clip}/{file}", clips_page.rendition, VIEWERS),
    Entry("GET", "/ledger", ledger_page.ledger, AUDITORS),
    Entry("GET", "/receipt", ledger_page.receipt, SIGNED_IN),
)
