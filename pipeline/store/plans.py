"""Plans in all their versions, who signed them, what was made from them."""

from sqlalchemy import func, insert, select

from pipeline.canonical import from_text, to_text
from pipeline.domain import Bundle, Clip, CutPlan, SignOff, Translation
from pipeline.errors import NotFoundError, StoreError
from pipeline.store import tables
from pipeline.store.connection import Connected


class Plans(Connected):
    """Cut plans, sign-offs, translations, clips and bundles."""

    def save_plan(self, plan: CutPlan) -> None:
        """Keep a new version.

        Raises StoreError when it is not the one after the newest, or forgets who made or edited
        an earlier one: those people may never sign it.
        """
        with self._writing() as connection:
            before = self._newest(plan.id)
            newest = before.version if before else 0
            if plan.version != newest + 1:
                raise StoreError(
                    f"{plan.id} version {plan.version} does not follow version {newest}",
                    "someone edited it meanwhile: look at the newest version and edit that",
                )
            if before and (plan.made_by != before.made_by or not set(before.edited_by) <= set(plan.edited_by)):
                raise StoreError(f"{plan.id} forgets who made or edited it", "edit it with plan edit")
            row = {"id": plan.id, "version": plan.version, "body": to_text(plan)}
            connection.execute(insert(tables.plans).values(row))

    def plan(self, plan_id: str, version: int | None = None) -> CutPlan:
        """One version, the newest when none is named. Raises NotFoundError when there is none."""
        table = tables.plans
        wanted = select(table.c.body).where(table.c.id == plan_id)
        if version is not None:
            wanted = wanted.where(table.c.version == version)
        row = self._row(wanted.order_by(table.c.version.desc()))
        if row is None:
            which = plan_id if version is None else f"{plan_id} version {version}"
            raise NotFoundError(f"no plan {which}", "counterclip plan list shows them")
        return from_text(CutPlan, row.body)

    def plans(self) -> tuple[CutPlan, ...]:
        """The newest version of each plan, by id."""
        table = tables.plans
        newest = select(table.c.id, func.max(table.c.version).label("version")).group_by(table.c.id).subquery()
        same = (table.c.id == newest.c.id) & (table.c.version == newest.c.version)
        found = self._rows(select(table.c.body).join(newest, same).order_by(table.c.id))
        return tuple(from_text(CutPlan, row.body) for row in found)

    def add_signoff(self, sign_off: SignOff) -> None:
        """Raises NotFoundError when there is no such plan."""
        with self._writing() as connection:
            self.plan(sign_off.plan)
            row = {"plan": sign_off.plan, "body": to_text(sign_off)}
            connection.execute(insert(tables.sign_offs).values(row))

    def signoffs(self, plan_id: str) -> tuple[SignOff, ...]:
        """Every sign-off of any version, the earliest first; which of them count is for approval to say."""
        table = tables.sign_offs
        found = self._rows(select(table.c.body).where(table.c.plan == plan_id).order_by(table.c.seq))
        return tuple(from_text(SignOff, row.body) for row in found)

    def add_translation(self, translation: Translation) -> None:
        """Raises NotFoundError when there is no such plan."""
        with self._writing() as connection:
            self.plan(translation.plan)
            row = {"plan": translation.plan, "language": translation.language, "body": to_text(translation)}
            connection.execute(insert(tables.translations).values(row))

    def translations(self, plan_id: str) -> tuple[Translation, ...]:
        """The latest translation of a plan into each language, in the order of the first ones."""
        table = tables.translations
        found = self._rows(select(table.c.language, table.c.body).where(table.c.plan == plan_id).order_by(table.c.seq))
        latest = {str(row.language): str(row.body) for row in found}
        return tuple(from_text(Translation, body) for body in latest.values())

    def save_clip(self, clip: Clip) -> None:
        """Raises StoreError when a clip of this id is there already."""
        with self._writing() as connection:
            row = {"id": clip.id, "plan": clip.plan, "body": to_text(clip)}
            connection.execute(insert(tables.clips).values(row))

    def clip(self, clip_id: str) -> Clip:
        """Raises NotFoundError for an unknown id."""
        row = self._row(select(tables.clips.c.body).where(tables.clips.c.id == clip_id))
        if row is None:
            raise NotFoundError(f"no clip {clip_id}", "counterclip status lists the clips")
        return from_text(Clip, row.body)

    def clips(self, plan_id: str | None = None) -> tuple[Clip, ...]:
        """All clips, or those of one plan, in the order they were made."""
        table = tables.clips
        wanted = select(table.c.body)
        if plan_id is not None:
            wanted = wanted.where(table.c.plan == plan_id)
        return tuple(from_text(Clip, row.body) for row in self._rows(wanted.order_by(table.c.seq)))

    def save_bundle(self, bundle: Bundle) -> None:
        """Raises StoreError when a bundle of this id is there already."""
        with self._writing() as connection:
            connection.execute(insert(tables.bundles).values(id=bundle.id, body=to_text(bundle)))

    def bundles(self) -> tuple[Bundle, ...]:
        """All bundles, in the order they were made."""
        found = self._rows(select(tables.bundles.c.body).order_by(tables.bundles.c.seq))
        return tuple(from_text(Bundle, row.body) for row in found)

    def _newest(self, plan_id: str) -> CutPlan | None:
        table = tables.plans
        row = self._row(select(table.c.body).where(table.c.id == plan_id).order_by(table.c.version.desc()))
        return from_text(CutPlan, row.body) if row else None
