"""Facts put to the persons they are told of."""

from koujing.text.persons import ASKER, TOGETHER, Mention
from koujing.text.whose import ReadFact, agreed, of_one


def fact(id: str, value: int | bool, whose: str = ASKER, at: int = 0) -> ReadFact:
    return ReadFact(id, value, "…", whose=whose, start=at, end=at + 1)


def told(reads: list[ReadFact]) -> set[tuple[str, str, object]]:
    return {(read.whose, read.fact, read.value) for read in reads}


BOTH = [Mention(0, 1, "表哥"), Mention(5, 6, ASKER)]


def test_each_keeps_what_is_told_of_each() -> None:
    reads = agreed([fact("age", 50, "表哥"), fact("age", 30, at=6)], BOTH, ["表哥"])
    assert told(reads) == {("表哥", "age", 50), (ASKER, "age", 30)}
    assert [read.value for read in of_one(reads, ASKER, surely=True)] == [30]
    # where it is not sure who is meant, what holds otherwise of another is left unknown
    assert of_one(reads, ASKER, surely=False) == []


def test_what_is_told_of_both_is_each_ones() -> None:
    reads = agreed([fact("certificate_obtained", True, TOGETHER)], [*BOTH, Mention(9, 10, TOGETHER)], ["表哥"])
    assert told(reads) == {(ASKER, "certificate_obtained", True), ("表哥", "certificate_obtained", True)}


def test_what_is_said_of_one_in_two_ways_is_dropped() -> None:
    assert agreed([fact("age", 50), fact("age", 51, at=4)], [], []) == []


def test_what_no_one_is_named_for_is_the_only_persons() -> None:
    assert told(agreed([fact("age", 50)], BOTH[:1], ["表哥"])) == {("表哥", "age", 50)}
    assert told(agreed([fact("age", 50)], BOTH, ["表哥"])) == {(ASKER, "age", 50)}


def test_of_overlapping_words_the_longest_tells() -> None:
    longer = ReadFact("age", 52, "五十二岁", start=0, end=4)
    assert agreed([fact("age", 50, at=1), longer], [], []) == [longer]


def test_what_is_surely_told_of_one_is_as_sure_of_another() -> None:
    unsure = ReadFact("insured_months", 30, "…", approximate=True, start=6, end=7)
    about = ReadFact("insured_months", 30, "…", approximate=True, low=30, high=35, start=6, end=7)
    known = fact("insured_months", 24, "表哥")
    assert [read.approximate for read in agreed([known, unsure], BOTH, ["表哥"])] == [False, False]
    assert [read.approximate for read in agreed([known, about], BOTH, ["表哥"])] == [False, True]
    assert [read.approximate for read in agreed([unsure], BOTH, ["表哥"])] == [True]
