"""How many texts the network counts a body as."""

import pytest

from practice_phone.policies import count_segments


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("", 1),
        ("x" * 160, 1),
        ("x" * 161, 2),
        ("x" * 306, 2),
        ("x" * 307, 3),
        ("é" * 160, 1),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("€" * 152, 2),
        # 153 leaves no room for a second half: the escape moves to the next segment with its sign.
        ("€" * 153, 3),
        ("☂" * 70, 1),
        ("☂" * 71, 2),
        ("☂" * 134, 2),
        ("☂" * 135, 3),
        ("x" * 69 + "☂", 1),
        ("x" * 70 + "☂", 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("😀" * 66, 2),
        ("😀" * 67, 3),
    ],
)
def test_a_body_counts_as_the_network_counts_it(body, count):
    assert count_segments(body) == count
