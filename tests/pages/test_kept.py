"""What pages keep for the next reader: made once, and bounded in bytes."""

from threading import Barrier, Thread

from pages.parts.kept import KEPT_BYTES, kept


def test_those_who_ask_at_once_get_one_and_the_same() -> None:
    made: list[object] = []
    got: list[object] = []
    together = Barrier(8)

    def make() -> object:
        made.append(object())
        return [len(made)]

    def ask() -> None:
        together.wait()
        got.append(kept(b"asked at once", make))

    readers = [Thread(target=ask) for _ in range(8)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert len(made) == 1
    assert len(got) == 8 and all(one is got[0] for one in got)


def test_the_least_recently_used_goes_when_there_is_no_room() -> None:
    """Three of 0.4 of the room do not fit: the second goes, since the first was asked for again."""
    made: list[int] = []

    def ask(number: int) -> None:
        def make() -> bytes:
            made.append(number)
            return bytes(KEPT_BYTES * 4 // 10)

        kept(b"of 0.4: %d" % number, make)

    for number in (1, 2, 1, 3):
        ask(number)
    assert made == [1, 2, 3]
    ask(1)
    assert made == [1, 2, 3]
    ask(2)
    assert made == [1, 2, 3, 2]


def test_what_is_larger_than_the_room_is_made_anew_each_time() -> None:
    made: list[bytes] = []

    def make() -> bytes:
        made.append(b"made")
        return bytes(KEPT_BYTES + 1)

    assert len(kept(b"too large", make)) == len(kept(b"too large", make)) == KEPT_BYTES + 1
    assert len(made) == 2
