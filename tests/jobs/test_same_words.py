"""Two recordings of the same words: two microphones, or a copy in another format."""

from pathlib import Path

from office import DATA, Office

from pipeline.ffmpeg import file_url, run


def test_two_recordings_of_the_same_words_are_both_taken_in(office: Office, tmp_path: Path) -> None:
    """Each with flags of its own: a decision about one is none about the other."""
    second = tmp_path / "second.wav"
    run(["-v", "error", "-i", file_url(DATA / "jfk.flac"), file_url(second)])
    one, other = office.ingest(), office.ingest(second)
    mine, theirs = ({f.id for f in office.store.flags(name)} for name in (one, other))
    assert mine
    assert theirs
    assert not mine & theirs
