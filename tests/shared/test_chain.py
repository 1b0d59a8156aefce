"""What is sealed before PostgreSQL keeps it is the same to the letter when it is read back."""

import psycopg
from hypothesis import given
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from services.shared.chain import FIRST_LINK, Follower, canonical, sealed_after

KEY, OLD_KEY = b"k" * 32, b"o" * 32
PLAIN = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
SINGLE = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | PLAIN
ANY = st.recursive(SINGLE, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(PLAIN, inner, max_size=4))


def test_any_content_has_the_same_text_before_and_after_it_was_kept(postgres: str) -> None:
    with psycopg.connect(postgres) as connection:

        @given(ANY)
        def kept(content: object) -> None:
            row = connection.execute("SELECT %s::jsonb", (Jsonb(content),)).fetchone()
            assert row is not None
            assert canonical(row[0]) == canonical(content)

        kept()


def test_a_line_follows_only_from_the_one_before_it_and_only_under_a_key_once_there_was_one() -> None:
    lines: list[tuple[str, bytes | None]] = [("old", None), ("older key", OLD_KEY), ("new", KEY)]
    seals, previous = [], FIRST_LINK
    for words, key in lines:
        seals.append(previous := sealed_after(previous, [words], key))
    follower = Follower([KEY, OLD_KEY])
    for (words, _), seal in zip(lines, seals, strict=True):
        assert follower.follows(lambda before, key, words=words: sealed_after(before, [words], key), seal)  # type: ignore[misc]
    assert follower.count == 3
    without_key = sealed_after(seals[-1], ["more"], None)
    assert not follower.follows(lambda before, key: sealed_after(before, ["more"], key), without_key)
