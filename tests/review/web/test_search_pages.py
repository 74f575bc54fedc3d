"""Looking for words and looking at the whole, in the pages."""

from review.interviewees import state

EVIL = '<script>alert(1)</script> "country" \''


def test_words_are_found_and_lead_to_their_moment(place) -> None:
    """The words are marked, and the link goes to the second they are said."""
    shown = place.client("edo").post("/search", data={"query": "ask COUNTRY you"}).text
    assert "<mark>country</mark>" in shown
    assert f"/recordings/{place.recording}#t3420" in shown
    assert f"/recordings/{place.recording}#t8300" in shown


def test_what_is_typed_is_shown_as_text_and_never_in_an_address(place) -> None:
    """Markup stays text; the form posts, so that the words are in no history and no log."""
    edo = place.client("edo")
    shown = edo.post("/search", data={"query": EVIL}).text
    assert "<script>alert" not in shown
    assert "&lt;script&gt;" in shown
    assert 'method="post" action="/search"' in edo.get("/search").text


def test_a_search_without_words_or_without_a_hit_says_so(place) -> None:
    """In one sentence, and the page stays usable."""
    edo = place.client("edo")
    assert "there is no word to look for" in edo.post("/search", data={"query": "***"}).text
    assert "No passage has all of these words" in edo.post("/search", data={"query": "xylophone"}).text


def test_a_person_who_withdrew_is_not_found_in_the_pages(place) -> None:
    """The same rule as everywhere."""
    edo = place.client("edo")
    state(place.store, place.people["lea"], "K-01", {"withdrawn": True})
    assert "No passage has all of these words" in edo.post("/search", data={"query": "country"}).text


def test_only_approved_plans_are_searched_when_asked(place) -> None:
    """Nothing is signed here, so nothing is found."""
    shown = place.client("edo").post("/search", data={"query": "country", "approved": "1"}).text
    assert "No passage has all of these words" in shown


def test_the_report_is_there_for_exporters_with_its_picture(place) -> None:
    """Codes and counts, without one word of an interview."""
    xen = place.client("xen")
    shown = xen.get("/report").text
    assert "K-01" in shown
    assert "Americans" not in shown
    picture = xen.get("/report/picture")
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert "<svg" in picture.text


def test_search_and_report_work_in_a_browser(served) -> None:
    """Search, follow a hit to its moment, look at the picture; the browser complains about nothing."""
    page = served.person("edo")
    page.goto(f"{served.address}/search")
    page.fill("#query", "do for your country")
    page.click("button.primary")
    page.locator(".hit a").first.click()
    page.locator('#app[data-ready="1"]').wait_for()
    assert "#t8300" in page.url
    page.goto(f"{served.address}/report")
    page.wait_for_function("document.querySelector('.report-picture').naturalWidth > 0")
    assert served.troubles == []
