"""A text put in other words leads back to the words as written, whatever is done to it after."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from koujing.text.rewritten import rewrite


def test_what_was_put_in_leads_back_to_what_it_stands_for() -> None:
    plain = rewrite("我冇低保喎", [(1, 2, "没有"), (4, 5, "")])
    assert plain.text == "我没有低保"
    assert [plain.original[slice(*plain.place(*each))] for each in ((0, 1), (1, 3), (1, 2), (3, 5))] == [
        "我",
        "冇",
        "冇",
        "低保",
    ]


def test_nothing_replaced_is_the_text_itself() -> None:
    assert rewrite("低保", ()).then(rewrite("低保", ())).place(1, 2) == (1, 2)


@given(st.text("甲乙丙丁", min_size=1, max_size=12), st.data())
def test_two_rewritings_lead_back_to_whole_stretches(text: str, data: st.DataObject) -> None:
    def some(said: str) -> list[tuple[int, int, str]]:
        start = data.draw(st.integers(0, len(said) - 1))
        return [
            (start, data.draw(st.integers(start + 1, len(said))), data.draw(st.text("子丑", min_size=1, max_size=3)))
        ]

    first = rewrite(text, some(text))
    both = first.then(rewrite(first.text, some(first.text)))
    assert both.original == text
    for at in range(len(both.text)):
        start, end = both.place(at, at + 1)
        assert 0 <= start < end <= len(text)
        if both.text[at] not in "子丑":
            assert both.text[at] == text[start:end]
