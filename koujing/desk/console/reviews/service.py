"""All that is done in review, whatever page it comes from. Blocking."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from sqlalchemy.engine import Connection

from koujing.desk.console.access import Staff
from koujing.desk.console.errors import InputError
from koujing.desk.console.parts import ConsoleParts
from koujing.desk.console.reading import text_field
from koujing.desk.console.reviews.choosing import Choices
from koujing.desk.console.reviews.examples import ExampleFiles
from koujing.desk.console.reviews.gathering import Head, gathered
from koujing.desk.console.reviews.proposing import LONGEST, Proposing, author, seen
from koujing.desk.console.reviews.shown import Names, TurnShows
from koujing.desk.console.reviews.told import told
from koujing.desk.console.reviews.trials import Trials
from koujing.desk.console.reviews.words import LABELS, ReviewWords
from koujing.private.mask import mask
from koujing.settings import ROOT
from koujing.store.review_finding import Found, ReviewFinder
from koujing.store.review_patches import CALIBER, EXAMPLE, Patches
from koujing.store.reviews import Reviews

__all__ = ["LONGEST_NOTE", "ReviewService"]

LONGEST_NOTE = 300
_DISMISSED, _DONE = "dismissed", "done"
_BACK: Mapping[str, str] = {_DISMISSED: "open", _DONE: "labelled"}

Form = Mapping[str, str]
Counts = Callable[[Connection, Found], None]


class ReviewService:
    """Made once. `root` is the folder of the repository, which is only read; `counts` sees every new reply."""

    def __init__(
        self, parts: ConsoleParts, words: ReviewWords, counts: Counts | None = None, root: Path = ROOT
    ) -> None:
        engine, clock = parts.engine, parts.clock
        self._root, self._clock = root, clock
        self.reviews, self.patches = Reviews(engine, clock), Patches(engine, clock)
        self.choices, self.names = Choices(parts.knowledge), Names(parts.knowledge, words)
        self.shows = TurnShows(engine, clock, parts.knowledge, parts.view, self.names)
        self.proposing = Proposing(self.choices, ExampleFiles(root))
        self._finder = ReviewFinder(engine, clock, words.wanted, counts)
        self._trials = Trials(root)

    def look(self) -> bool:
        """Find what is new; whether all of it was found. What was kept before review began takes several looks."""
        return self._finder.look()

    # --- turns

    def label(self, id: int, staff: Staff, form: Form) -> str:
        """Say what is right or wrong with a turn; the label.

        Raises:
            ApiError: it is not there, not as it was, or something needed is missing.
        """
        label = form.get("label", "")
        if label not in LABELS:
            raise InputError("label", "还没有选标注。", "请选答对了，还是哪里不对。")
        right = self.choices.right(form)
        if label == "wrong_matter" and right.matter is None:
            raise InputError("matter", "还没有选正确的事项。", "事项认错了，要写明本来是哪个事项。")
        if label == "wrong_aspect" and right.aspect is None:
            raise InputError("aspect", "还没有选正确的方面。", "方面认错了，要写明本来问的是哪一方面。")
        note = text_field(form, "note", "说明", most=LONGEST_NOTE, needed=label == "other")
        found = {
            "label": label, "right_matter": right.matter, "right_aspect": right.aspect, "right_caliber": right.caliber,
            "note": mask(note),
        }  # fmt: skip
        with told():
            self.reviews.label(id, _revision(form), staff.id, found)
        return label

    def move(self, id: int, staff: Staff, form: Form, to: str) -> str:
        """Dismiss a turn with a reason, call it done, or open it again; where it is then.

        Raises:
            ApiError: as `label`.
        """
        with told():
            turn = self.reviews.get(id)
            if to == "reopen":
                to = _BACK.get(turn.state, "open")
            note = None
            if to == _DISMISSED:
                note = mask(text_field(form, "note", "不用改的原因", most=LONGEST_NOTE))
            self.reviews.move(id, _revision(form), staff.id, to, note)
        return to

    # --- changes

    def propose_example(self, turn_id: int, staff: Staff, form: Form) -> tuple[int, str | None]:
        """An example made of a turn: its id, and what should be thought of.

        Raises:
            ApiError: it is not there, or may not be learnt from.
        """
        with told():
            self.reviews.get(turn_id)
        made = self.proposing.example(form)
        return self.patches.propose(EXAMPLE, made.data, made.reason, author(staff), turn_id=turn_id), made.warning

    def propose_draft(self, turn_id: int, staff: Staff, form: Form) -> int:
        """A caliber's draft made of a turn: its id.

        Raises:
            ApiError: it is not there, or something needed is missing.
        """
        with told():
            self.reviews.get(turn_id)
        made = self.proposing.draft(form)
        seen(form)
        return self.patches.propose(CALIBER, made.data, made.reason, author(staff), turn_id=turn_id)

    # --- patches

    def make_patch(self, staff: Staff, form: Form, ids: Sequence[str]) -> int:
        """Gather changes into a patch and try it; its id. A patch that does not fit is kept with what the trial said.

        Raises:
            ApiError: nothing was chosen, or a change is not ready any more.
        """
        title = mask(_plain(text_field(form, "title", "标题", most=LONGEST["title"])))
        reason = mask(text_field(form, "reason", "理由", most=LONGEST["reason"]))
        wanted = {int(id) for id in ids if id.isascii() and id.isdigit() and len(id) < 12}
        changes = [change for change in self.patches.ready() if change.id in wanted]
        if not changes or len(changes) != len(wanted):
            raise InputError("change", "还没有选改动，或所选的已经不在了。", "请在列表里勾选要放进补丁的改动。")
        head = Head(title, reason, author(staff).role, self._clock.now().date())
        text = gathered(self._root, changes, head)
        tried = self._trials.run(text)
        with told():
            return self.patches.make(sorted(wanted), title, reason, author(staff), text, tried)

    def try_patch(self, id: int) -> bool:
        """Try a patch on the files as they are now.

        Raises:
            GoneError: there is none.
        """
        with told():
            tried = self._trials.run(self.patches.get(id).text)
            self.patches.tried(id, tried)
        return tried.fits

    def close_patch(self, id: int, staff: Staff, form: Form, *, merged: bool) -> None:
        """Say that a patch was merged, with the commit, or dropped, with the reason.

        Raises:
            ApiError: it is not there, or closed already.
        """
        label = "提交号或版本" if merged else "不采用的原因"
        why = mask(text_field(form, "why", label, most=LONGEST["reason"]))
        with told():
            self.patches.get(id)
            (self.patches.merge if merged else self.patches.drop)(id, staff.id, why)


def _revision(form: Form) -> int:
    given = form.get("revision", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else -1


def _plain(text: str) -> str:
    return " ".join(text.split())
