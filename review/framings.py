"""What square and tall clips show of a wide picture, as people read and type it."""

from collections.abc import Iterable, Mapping

from pipeline.domain import Framing, PictureStream
from pipeline.times import clock


def framings_told(framings: Iterable[Framing], pictures: Mapping[str, PictureStream | None]) -> tuple[str, ...]:
    """One line for each kept span: where its middle lies, and whether a person or a face decided that."""
    lines = []
    for framing in framings:
        shares = [_share(m.x, pictures.get(framing.recording)) for m in framing.middles]
        where = f"{shares[0]}" if len(set(shares)) == 1 else f"{min(shares, key=_number)} to {max(shares, key=_number)}"
        how = "set by hand to" if framing.by_hand else "follows the face at"
        span = f"{clock(framing.span.start_ms)}-{clock(framing.span.end_ms)}"
        lines.append(f"{framing.recording} {span}: the middle {how} {where} from the left")
    return tuple(lines)


def framings_typed(framings: Iterable[Framing], pictures: Mapping[str, PictureStream | None]) -> str:
    """What a person set, as he would type it again; empty where faces are followed."""
    texts = [
        f"{clock(m.at_ms)}={_share(m.x, pictures.get(f.recording))}" for f in framings if f.by_hand for m in f.middles
    ]
    return "; ".join(dict.fromkeys(texts))


def _share(x: int, picture: PictureStream | None) -> str:
    """Two decimals are what may be typed, and tell every column of a picture less than 10,000 wide apart."""
    if picture is None:
        return "0%"
    width = picture.height if picture.rotation in (90, 270) else picture.width
    return f"{100 * x / width:.2f}".rstrip("0").rstrip(".") + "%"


def _number(share: str) -> float:
    return float(share.rstrip("%"))
