"""The walk's normaliser: what began with the walk becomes a placeholder, all else stays."""

from datetime import UTC, datetime, timedelta

from tests.simulation.walk.normalise import Normaliser
from tests.simulation.walk.steps import Step

BEGAN = datetime(2026, 11, 28, 21, 45, tzinfo=UTC)
NORMALISER = Normaliser(BEGAN, BEGAN + timedelta(minutes=2), [("/data/here", "<data>")])


def shown(text: str) -> str:
    return NORMALISER.step(Step("step", (text,))).lines[0]


def made_at(moment: datetime, tail: str) -> str:
    return f"{int(moment.timestamp() * 1000):012x}7{tail:0>3}8{tail:0>15}"


class TestNormaliser:
    def test_an_id_from_before_the_walk_stays(self) -> None:
        old = made_at(BEGAN - timedelta(seconds=1), "a")
        assert shown(old) == old

    def test_new_ids_are_numbered_by_first_appearance(self) -> None:
        one, two = made_at(BEGAN, "a"), made_at(BEGAN, "b")
        assert shown(f"{two} {one} {two}") == "<id1> <id2> <id1>"

    def test_a_bill_number_from_before_the_walk_stays(self) -> None:
        assert shown("202611290544590000001") == "202611290544590000001"

    def test_a_new_number_becomes_a_placeholder(self) -> None:
        assert shown("202611290545000000001") == "<number1>"

    def test_only_clock_times_of_the_walk_are_hidden(self) -> None:
        assert shown("10:15 05:46 21:46:59") == "10:15 <clock> <clock>"

    def test_tokens_and_hashes_are_hidden(self) -> None:
        assert shown(f"{'a1' * 64} a.css?v=12ab") == "<csrf> a.css?v=<hash>"

    def test_files_and_pages_are_known_by_their_moment(self) -> None:
        key = f"20261128214500123456{'0' * 32}"
        assert shown(f"20261129_054459 20261129_054501 {key}") == "20261129_054459 <stamp1> <key1>"

    def test_folders_are_hidden(self) -> None:
        assert shown("/data/here/a.pdf") == "<data>/a.pdf"

    def test_a_name_that_comes_again_gets_a_number(self) -> None:
        step = Step("GET /", ())
        assert [each.name for each in NORMALISER.steps([step, step])] == ["GET /", "GET / #2"]
