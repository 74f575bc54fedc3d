"""What has to come down, where, and the sheets that ask for it (pure).

A sheet goes to strangers: it names clips, files and addresses, never who speaks in them or why.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.domain import Bundle, Clip, Publication, Removal

EDITORS = "editors.txt"

_EDITORS = """DESTROY: what was handed to editors
Asked for: {asked_at}

Please destroy these folders, all copies, and everything made from them, and tell us when it is done.

{entries}
"""

COLUMNS = ("clip", "where", "address", "since", "file", "sha256")

_TEXT = """TAKE DOWN: {where}
Asked for: {asked_at}

Please take these videos down everywhere, delete your copies, and tell us when it is done.

{entries}"""


@dataclass(frozen=True, slots=True)
class Takedown:
    """One clip that has to come down, and where it went."""

    clip: str
    plan: str
    files: tuple[str, ...]
    bundles: tuple[Bundle, ...]
    online: tuple[Publication, ...]
    """Where it is known to be; what was noted as gone is left out."""
    sha256: tuple[str, ...]
    """Of the renditions and of what platforms got, so that they can find copies."""

    @property
    def platforms(self) -> tuple[str, ...]:
        """Where it is online, or was made for."""
        made_for = {p for b in self.bundles for p in b.platforms}
        return tuple(sorted(made_for | {p.platform for p in self.online}))


def plan_takedown(
    clip: Clip, bundles: Sequence[Bundle], publications: Sequence[Publication], removals: Sequence[Removal]
) -> Takedown:
    """Everything that is known of where the clip is."""
    gone = {r.publication for r in removals}
    delivered = [d for b in bundles for d in b.deliveries if d.clip == clip.id]
    names = [d.file.rpartition("/")[2] for d in delivered]
    own = [r.file_name for r in clip.renditions]
    return Takedown(
        clip=clip.id,
        plan=clip.plan,
        files=tuple(dict.fromkeys([*own, *names, *clip.sidecars])),
        bundles=tuple(b for b in bundles if clip.id in b.clips),
        online=tuple(p for p in publications if p.clip == clip.id and p.id not in gone),
        sha256=tuple(dict.fromkeys([*(r.sha256 for r in clip.renditions), *(d.sha256 for d in delivered)])),
    )


def takedown_sheets(
    takedowns: Sequence[Takedown], asked_at: str, handed_over: Sequence[tuple[str, str]] = ()
) -> dict[str, str]:
    """File name → text: one for each platform, one for each bundle's recipient, one for editors, a table of all.

    `handed_over` are (plan, day) of what editors got.
    """
    sheets = {}
    if handed_over:
        plans = "\n".join(f"Plan {plan}, handed over on {day}" for plan, day in handed_over)
        sheets[EDITORS] = _EDITORS.format(asked_at=asked_at, entries=plans)
    for platform in sorted({p for t in takedowns for p in t.platforms}):
        entries = [_for_platform(t, platform) for t in takedowns if platform in t.platforms]
        sheets[f"platform-{platform}.txt"] = _sheet(platform, entries, asked_at)
    for bundle in sorted({b.id: b for t in takedowns for b in t.bundles}.values(), key=lambda b: b.made_at):
        entries = [_for_partner(t) for t in takedowns if bundle in t.bundles]
        where = f"bundle {bundle.id} of {bundle.campaign}" + (
            f", handed to {bundle.recipient}" if bundle.recipient else ""
        )
        sheets[f"bundle-{bundle.id}.txt"] = _sheet(f"{where}, made {bundle.made_at[:10]}", entries, asked_at)
    sheets["takedown.csv"] = _table(takedowns)
    return sheets


def _sheet(where: str, entries: Sequence[str], asked_at: str) -> str:
    return _TEXT.format(where=where, asked_at=asked_at, entries="\n".join(entries))


def _for_platform(takedown: Takedown, platform: str) -> str:
    there = [p for p in takedown.online if p.platform == platform]
    lines = [f"  {p.url}  (since {p.published_on})" for p in there] or ["  address not known to us: look for the file"]
    return "\n".join([f"Clip {takedown.clip}", *lines, *(f"  sha256 {digest}" for digest in takedown.sha256), ""])


def _for_partner(takedown: Takedown) -> str:
    lines = [f"  clips/{takedown.clip}/{name}" for name in takedown.files]
    lines += [f"  online at {p.url}" for p in takedown.online]
    return "\n".join([f"Clip {takedown.clip}", *lines, ""])


def _table(takedowns: Sequence[Takedown]) -> str:
    """CSV; every cell is ours but addresses and recipients, and those were refused if they begin like a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for takedown in takedowns:
        digests = " ".join(takedown.sha256)
        for p in takedown.online:
            writer.writerow((takedown.clip, p.platform, p.url, p.published_on, "", digests))
        for bundle in takedown.bundles:
            for name in takedown.files:
                writer.writerow((takedown.clip, bundle.id, bundle.recipient, bundle.made_at[:10], name, ""))
        if not takedown.online and not takedown.bundles:
            writer.writerow((takedown.clip, "this workspace", "", "", " ".join(takedown.files), digests))
    return out.getvalue()
