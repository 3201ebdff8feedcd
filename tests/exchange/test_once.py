"""Each message counts once: cut at any point, delivered three times, in any order."""

import random
from pathlib import Path

from cases.vocabulary.status import Verdict
from tests.exchange.neighbours import Neighbours
from tests.outside_world import PowerCut

CUTS = {
    "west": (
        *("exchange-claim:before-commit", "exchange-claim:after-commit"),
        *("exchange-lay:before", "exchange-lay:after"),
        *("exchange-settle:before-commit", "exchange-settle:after-commit"),
        *("exchange-settle:after", "exchange-receipt:before"),
        *("exchange-take-in:before-commit", "exchange-take-in:after-commit"),
    ),
    "east": (
        *("exchange-take-in:before-commit", "exchange-take-in:after-commit"),
        *("exchange-receipt:before", "exchange-lay:after", "exchange-settle:after"),
    ),
}


def stands_as_one_life(two: Neighbours, asked: str) -> None:
    """Check what both have on record of one inquiry that was answered."""
    assert len(two.east.cases()) == 1
    assert two.west.story.entries(asked)[-1].kind == "reply_recorded"
    kinds = [each.kind.value for each in two.west.story.entries(asked)]
    assert [kinds.count(each) for each in ("left", "accepted", "reply_recorded")] == [1, 1, 1]
    assert two.east.story.stands(two.east.cases()[0]) == "closed answered"


def die() -> None:
    raise PowerCut


def test_a_kill_at_every_point_leaves_one_case_and_one_reply(two: Neighbours) -> None:
    for side, points in ((two.west, CUTS["west"]), (two.east, CUTS["east"])):
        side.story.power.acts.update(dict.fromkeys(points, die))
    asked = two.ask()
    two.exchange(14)
    two.answer(two.east.cases()[0])
    two.exchange(14)
    left = [*two.west.story.power.acts, *two.east.story.power.acts]
    assert left == [], "each point was reached, and the process died there"
    stands_as_one_life(two, asked)


def relay(files: dict[Path, bytes], order: list[Path]) -> None:
    """Lay files again as they were."""
    for each in order:
        each.write_bytes(files[each])


def test_everything_delivered_three_times_in_any_order_changes_nothing(
    two: Neighbours,
) -> None:
    kept: dict[Path, bytes] = {}

    def watch() -> None:
        for side in (two.west, two.east):
            kept.update({each: each.read_bytes() for each in side.files()})

    asked = two.ask()
    for _ in range(4):
        two.west.carry()
        watch()
        two.east.carry()
        watch()
    two.answer(two.east.cases()[0])
    for _ in range(4):
        two.east.carry()
        watch()
        two.west.carry()
        watch()
    assert len(kept) == 3, "inquiry, acceptance, reply"
    before = [two.west.story.entries(asked), two.east.story.entries(two.east.cases()[0])]
    for seed in range(3):
        order = sorted(kept)
        random.Random(seed).shuffle(order)
        relay(kept, order)
        two.exchange(2)
    stands_as_one_life(two, asked)
    after = [two.west.story.entries(asked), two.east.story.entries(two.east.cases()[0])]
    assert after == before
    two.west.story.review(asked, Verdict.COMPLETE)
    two.west.story.rest()
    assert two.west.story.stands(asked) == "closed answered"
