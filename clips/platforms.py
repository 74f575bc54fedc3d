"""What each platform takes, as dated data with sources: sizes, lengths, rates, loudness, subtitles, texts.

No platform measures for us, and figures age: each entry says where it was read and when. Where a platform
publishes nothing the value is ours, and the comment says so. Loudness of social platforms is not published by
them; -16 LUFS is what independent measurements of 2026 give for speech, -14 what YouTube turns down to.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from pipeline.domain import Aspect
from pipeline.errors import PipelineError
from subtitles.style import PLATFORM_AREAS, SAFE_AREAS, Area

MB = 1_000_000
SECOND = 1_000
MINUTE = 60 * SECOND

HIGHEST_PEAK = -1.0
"""dBTP of the encoded file (AES TD1008, 2021: -1 for lossy distribution); platforms publish none."""


class Captions(StrEnum):
    """How subtitles reach viewers there."""

    SIDECAR = "sidecar"
    """A subtitle file is uploaded beside the video."""
    BURNED = "burned"
    """It takes no subtitle file: only what is in the picture is seen."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a preset's figures were read."""

    what: str
    address: str
    read: str
    """Month in which the page was as quoted, YYYY-MM."""


@dataclass(frozen=True, slots=True)
class PlatformPreset:
    """One platform's wishes; None means that it names no limit."""

    name: str
    aspects: tuple[Aspect, ...]
    """Those it shows well, the best first; the first that a clip has is delivered."""
    captions: Captions
    sidecar: str
    """Name of a subtitle file: `{stem}` of the video, `{language}` BCP 47, `{locale}` language_COUNTRY."""
    title_length: int | None
    """Characters; None: there are no titles, the text begins the description."""
    description_length: int | None
    sources: tuple[Source, ...]
    safe_area: Area
    """What its own buttons leave free."""
    short_side: int = 1080
    """Largest height of 16:9, or width of 9:16."""
    longest_ms: int | None = None
    shortest_ms: int = 0
    frame_rate: Fraction = Fraction(60)
    """At most."""
    video_kbps: int | None = None
    """At most, on average; also the cap of a second when it is encoded again."""
    sound_kbps: int | None = None
    file_bytes: int | None = None
    loudness: float = -16.0
    """LUFS, integrated."""
    true_peak: float = HIGHEST_PEAK
    """dBTP, at most."""
    is_whole: bool = False
    """Every shape and subtitle file goes there as it was verified."""


_AYRSHARE = "https://www.ayrshare.com/docs/media-guidelines"
_LUFS = Source(
    "loudness targets", "https://www.forasoft.com/learn/audio-for-video/articles-audio/lufs-targets-per-platform-2026",
    "2026-06",
)  # fmt: skip
_SOCIAL_LUFS = Source("loudness of TikTok and Reels", "https://apu.software/tiktok-instagram-reels-loudness", "2026-11")

_YOUTUBE = Source("encoding and bit rates", "https://support.google.com/youtube/answer/1722171", "2026-11")
_YOUTUBE_TEXT = Source(
    "title and description lengths", "https://developers.google.com/youtube/v3/docs/videos", "2026-11"
)

_ALL = (
    PlatformPreset(
        name="youtube",
        aspects=(Aspect.WIDE, Aspect.SQUARE, Aspect.TALL),
        captions=Captions.SIDECAR,
        sidecar="{stem}.{language}.srt",
        title_length=100,
        description_length=5000,
        safe_area=SAFE_AREAS[Aspect.WIDE],
        longest_ms=15 * MINUTE,  # of a channel that is not verified; verified ones have 12 hours
        video_kbps=8_000,
        sound_kbps=384,
        file_bytes=256_000 * MB,
        loudness=-14.0,
        sources=(_YOUTUBE, _YOUTUBE_TEXT, _LUFS),
    ),
    PlatformPreset(
        name="shorts",
        aspects=(Aspect.TALL, Aspect.SQUARE),
        captions=Captions.SIDECAR,
        sidecar="{stem}.{language}.srt",
        title_length=100,
        description_length=5000,
        safe_area=PLATFORM_AREAS["shorts"],
        longest_ms=3 * MINUTE,
        video_kbps=8_000,
        sound_kbps=384,
        file_bytes=256_000 * MB,
        loudness=-14.0,
        sources=(
            _YOUTUBE,
            _YOUTUBE_TEXT,
            Source(
                "square or tall, up to three minutes", "https://support.google.com/youtube/answer/15424877", "2024-10"
            ),
            _LUFS,
        ),
    ),
    PlatformPreset(
        name="facebook",
        aspects=(Aspect.WIDE, Aspect.TALL, Aspect.SQUARE),
        captions=Captions.SIDECAR,
        sidecar="{stem}.{locale}.srt",
        title_length=None,
        description_length=5000,  # ours: far below what a post may have, and nobody reads more
        safe_area=SAFE_AREAS[Aspect.WIDE],
        longest_ms=240 * MINUTE,
        shortest_ms=3 * SECOND,
        frame_rate=Fraction(30),
        video_kbps=8_000,  # ours: as YouTube's for this size
        sound_kbps=128,
        file_bytes=2_000 * MB,
        sources=(
            Source("length, frame rate, file size", f"{_AYRSHARE}/facebook_pages.md", "2026-11"),
            Source(
                "reels: 1080x1920, 3 s and longer",
                "https://developers.facebook.com/documentation/video-api/guides/reels-publishing",
                "2026-07",
            ),
            Source(
                "subtitle files carry a locale",
                "https://developers.facebook.com/docs/graph-api/reference/video/captions/",
                "2026-11",
            ),
            _SOCIAL_LUFS,
        ),
    ),
    PlatformPreset(
        name="instagram",
        aspects=(Aspect.TALL, Aspect.SQUARE, Aspect.WIDE),
        captions=Captions.BURNED,
        sidecar="",
        title_length=None,
        description_length=2200,
        safe_area=PLATFORM_AREAS["reels"],
        longest_ms=15 * MINUTE,
        shortest_ms=3 * SECOND,
        video_kbps=25_000,
        sound_kbps=128,
        file_bytes=300 * MB,
        sources=(
            Source(
                "reels: container, rates, length, caption",
                "https://developers.facebook.com/docs/instagram-api/reference/ig-user/media",
                "2026-11",
            ),
            Source("file size", f"{_AYRSHARE}/instagram.md", "2026-11"),
            _SOCIAL_LUFS,
        ),
    ),
    PlatformPreset(
        name="tiktok",
        aspects=(Aspect.TALL, Aspect.WIDE),
        captions=Captions.BURNED,
        sidecar="",
        title_length=None,
        description_length=2200,
        safe_area=PLATFORM_AREAS["tiktok"],
        longest_ms=10 * MINUTE,
        shortest_ms=3 * SECOND,
        video_kbps=20_000,
        sound_kbps=128,
        file_bytes=1_000 * MB,
        sources=(
            Source("length, frame rate, shapes, file size", f"{_AYRSHARE}/tiktok", "2026-11"),
            Source("bit rates", "https://docs.getlate.dev/resources/media-guidelines/tiktok", "2026-11"),
            _SOCIAL_LUFS,
        ),
    ),
    PlatformPreset(
        name="x",
        aspects=(Aspect.WIDE, Aspect.SQUARE, Aspect.TALL),
        captions=Captions.SIDECAR,
        sidecar="{stem}.{language}.srt",
        title_length=None,
        description_length=280,
        safe_area=SAFE_AREAS[Aspect.WIDE],
        short_side=720,
        longest_ms=140 * SECOND,
        shortest_ms=500,
        video_kbps=5_000,
        sound_kbps=128,
        file_bytes=512 * MB,
        sources=(
            Source("length, sizes, frame rate", f"{_AYRSHARE}/x-twitter", "2026-11"),
            Source("bit rate, .srt beside the video", "https://help.x.com/en/using-x/media-studio-faqs", "2026-11"),
        ),
    ),
    PlatformPreset(
        name="telegram",
        aspects=(Aspect.WIDE, Aspect.SQUARE, Aspect.TALL),
        captions=Captions.BURNED,
        sidecar="",
        title_length=None,
        description_length=1024,
        safe_area=SAFE_AREAS[Aspect.WIDE],
        short_side=720,  # ours, and the bit rates: people there pay for their data
        video_kbps=5_000,
        sound_kbps=128,
        file_bytes=50 * MB,
        sources=(Source("caption, what a bot may send", "https://core.telegram.org/bots/api#sendvideo", "2026-11"),),
    ),
    PlatformPreset(
        name="website",
        aspects=tuple(Aspect),
        captions=Captions.SIDECAR,
        sidecar="",
        title_length=None,
        description_length=None,
        safe_area=SAFE_AREAS[Aspect.WIDE],
        is_whole=True,
        sources=(),
    ),
)

PRESETS: Mapping[str, PlatformPreset] = {preset.name: preset for preset in _ALL}

COUNTRIES = {
    "ar": "AR", "bs": "BA", "da": "DK", "en": "US", "fa": "IR", "he": "IL", "hi": "IN", "kk": "KZ", "ku": "TR",
    "ky": "KG", "nb": "NO", "ps": "AF", "pt": "BR", "sq": "AL", "sr": "RS", "sv": "SE", "sw": "KE", "tg": "TJ",
    "uk": "UA", "ur": "PK", "uz": "UZ", "zh": "CN",
}  # fmt: skip
"""Facebook's country for a language that names none (its locale list, 2026-11); the others repeat the language."""


def find_preset(platform: str) -> PlatformPreset:
    """Raises PipelineError for a platform that nobody described."""
    if platform not in PRESETS:
        raise PipelineError(f"unknown platform {platform!r}", f"known: {', '.join(PRESETS)}")
    return PRESETS[platform]


def locale(language: str) -> str:
    """`ar_AR` for `ar`, `pt_PT` for `pt-PT`: how Facebook tells subtitle files apart."""
    base, _, rest = language.partition("-")
    country = next((part for part in rest.split("-") if len(part) == 2), COUNTRIES.get(base, base))
    return f"{base}_{country.upper()}"


def sidecar_name(preset: PlatformPreset, stem: str, language: str) -> str:
    """What a subtitle file beside the video `stem` is called there."""
    return preset.sidecar.format(stem=stem, language=language, locale=locale(language))
