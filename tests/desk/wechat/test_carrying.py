"""What stands in one passive reply."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from koujing.desk.wechat.carrying import HARD_LIMIT, LIMIT, carry, under_question
from koujing.store.wechat_rows import Piece
from tests.desk.wechat.delivering import PHRASES

EARLIER, MORE, HOLD, UNSURE = (PHRASES[name] for name in ("earlier", "more", "hold", "unsure"))


def piece(
    part: int, text: str, *, message: int = 1, position: int = 0, own: bool = False, fetched: bool = False
) -> Piece:
    return Piece(part, message, position, text, f"问{message}", own, fetched)


def test_an_answer_stands_as_it_is() -> None:
    carried = carry([piece(7, "答", own=True)], PHRASES, unsure=False, hold=False, more=True)
    assert carried is not None
    assert (carried.text, carried.parts, carried.told) == ("答", (7,), False)


def test_nothing_to_say_is_nothing() -> None:
    assert carry([], PHRASES, unsure=False, hold=False, more=True) is None


def test_earlier_answers_are_named_once_each() -> None:
    pieces = [
        piece(1, "甲一"),
        piece(2, "甲二", position=1),
        piece(3, "乙", message=2),
        piece(4, "丙", message=3, own=True),
    ]
    carried = carry(pieces, PHRASES, unsure=True, hold=False, more=True)
    assert carried is not None
    blocks = ["您刚才问的“问1”：\n甲一", "甲二", "您刚才问的“问2”：\n乙", "丙", UNSURE]
    assert carried.text == "\n\n".join(blocks)
    assert (carried.parts, carried.told) == ((1, 2, 3, 4), True)


def test_what_goes_on_when_asked_is_not_named_again() -> None:
    carried = carry([piece(1, "二", position=1, fetched=True)], PHRASES, unsure=False, hold=False, more=True)
    assert carried is not None
    assert carried.text == "二"


def test_what_does_not_fit_is_to_be_asked_for() -> None:
    pieces = [piece(n, "字" * 400, position=n, own=True) for n in range(3)]
    carried = carry(pieces, PHRASES, unsure=False, hold=False, more=True)
    assert carried is not None
    assert carried.parts == (0,)
    assert carried.text.endswith(f"\n\n{MORE}")
    pushed = carry(pieces, PHRASES, unsure=False, hold=False, more=False)
    assert pushed is not None
    assert pushed.text == "字" * 400


def test_earlier_answers_come_with_the_word_that_this_one_takes_longer() -> None:
    carried = carry([piece(1, "甲")], PHRASES, unsure=False, hold=True, more=True)
    assert carried is not None
    assert carried.text == f"您刚才问的“问1”：\n甲\n\n{HOLD}"
    alone = carry([], PHRASES, unsure=False, hold=True, more=True)
    assert alone is not None
    assert alone.text == HOLD


def test_a_question_is_cut_and_left_out_where_there_is_no_room() -> None:
    assert under_question("答", "一 二\n三", EARLIER) == "您刚才问的“一 二 三”：\n答"
    assert under_question("答", "问" * 30, EARLIER) == f"您刚才问的“{'问' * 19}…”：\n答"
    assert under_question("字" * 680, "问", EARLIER) == "字" * 680
    assert under_question("答", "", EARLIER) == "答"


@given(
    texts=st.lists(st.integers(1, 633).map(lambda n: "字" * n), max_size=6),
    messages=st.lists(st.integers(0, 2), min_size=6, max_size=6).map(sorted),
    own=st.integers(0, 6),
    unsure=st.booleans(),
    hold=st.booleans(),
    more=st.booleans(),
)
def test_whatever_waits_something_is_carried_in_order_and_within_the_limit(
    texts: list[str], messages: list[int], own: int, unsure: bool, hold: bool, more: bool
) -> None:
    pieces = [piece(n, text, message=messages[n], position=n, own=n >= own) for n, text in enumerate(texts)]
    carried = carry(pieces, PHRASES, unsure=unsure, hold=hold, more=more)
    if carried is None:
        assert not any((pieces, unsure, hold))
        return
    size = len(carried.text.encode())
    assert size <= (LIMIT if len(carried.parts) > 1 else HARD_LIMIT)
    assert list(carried.parts) == list(range(len(carried.parts)))
    assert bool(carried.parts) == bool(pieces)
    assert all(texts[part] in carried.text for part in carried.parts)
    assert carried.told == (UNSURE in carried.text)
    assert (HOLD in carried.text) == hold
    assert (MORE in carried.text) == (more and not hold and len(carried.parts) < len(pieces))
