"""Files that are something else get one error that says what."""

import json
from pathlib import Path

import pytest

from arango_thinking.errors import InputError
from arango_thinking.files.sniffing import array_items, is_array, refuse_other_formats, refuse_other_json

PATH = Path("in.jsonl")
OBJECT = b'{"a": 1}'


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        ("\ufeff{}".encode("utf-16-le"), "UTF-16"),
        ("\ufeff{}".encode("utf-16-be"), "UTF-16"),
        ("{}".encode("utf-16-le"), "UTF-16 or UTF-32"),
        ("{}".encode("utf-32-be"), "UTF-16 or UTF-32"),
        (b"PK\x03\x04...", "ZIP"),
        (b"PAR1...", "Parquet"),
        (b"BZh9...", "bzip2"),
        (b"\xfd7zXZ\0", "xz"),
        (b"\x28\xb5\x2f\xfd", "compressed twice"),
        (b"\x1f\x8b\x08", "compressed twice"),
        (OBJECT + b"\r" + OBJECT + b"\r", "carriage returns"),
    ],
)
def test_other_formats_are_named(head, reason):
    with pytest.raises(InputError, match=rf"in\.jsonl: .*{reason}"):
        refuse_other_formats(head, PATH)


@pytest.mark.parametrize("head", [b"", OBJECT, OBJECT + b"\r", OBJECT + b"\r\n" + OBJECT, b"\xef\xbb\xbf" + OBJECT])
def test_lines_are_not_taken_for_another_format(head):
    refuse_other_formats(head, PATH)
    refuse_other_json(head, PATH)


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        (b"[\n  {", "JSON array"),
        (b"\xef\xbb\xbf \n[" + OBJECT + b",\n" + OBJECT + b"]", "JSON array"),
        (b"[" * 100_000, "JSON array"),
        (b'{\n  "a": 1\n}', "object over many lines"),
        (b"Question,Answer,Thinking\nq,a,t\n", "CSV"),
        (b'"question";"answer"\n', "CSV"),
        (b"_key\tquestion\r\n", "CSV"),
    ],
)
def test_text_that_would_fail_line_by_line_is_refused_once(head, reason):
    with pytest.raises(InputError, match=reason):
        refuse_other_json(head, PATH)


@pytest.mark.parametrize(
    "head", [b"[1, 2]\n" + OBJECT, b"// a, comment\n" + OBJECT, b"null\n", b'"question, answer"\n', b"\xff, \xfe"]
)
def test_a_bad_first_line_does_not_condemn_the_file(head):
    refuse_other_json(head, PATH)


def test_is_array():
    assert is_array(b"\xef\xbb\xbf \r\n[")
    assert not is_array(OBJECT)
    assert not is_array(b"")


def test_a_batch_is_an_array_with_something_beside_it():
    assert is_array(b'\xef\xbb\xbf {\n "qa_pairs" : [')
    assert not is_array(b'{"qa_pairs": 1}')
    text = '{"qa_pairs": [{"a": 1},\n{"b": 2}],\n"metadata": {"]": []}} '
    assert list(array_items(text.encode(), PATH)) == [(1, b'{"a": 1}'), (2, b'{"b": 2}')]


@pytest.mark.parametrize("rest", ["", ",}", ', "a": }', "} x", "]}"])
def test_a_batch_that_is_cut_gives_nothing(rest):
    with pytest.raises(InputError, match="not a JSON array: more after the end in line 1"):
        next(array_items(f'{{"qa_pairs": [{{}}]{rest}'.encode(), PATH))


def test_items_come_as_written_with_their_lines():
    text = '\ufeff[ {"a":  1.50},\n\n {"b": "x]\u00e9"} , 3 ,"s"]\n'
    assert list(array_items(text.encode(), PATH)) == [
        (1, b'{"a":  1.50}'),
        (3, '{"b": "x]é"}'.encode()),
        (3, b"3"),
        (3, b'"s"'),
    ]


@pytest.mark.parametrize("text", [b"[]", b" [ \n ] \n"])
def test_an_empty_array(text):
    assert list(array_items(text, PATH)) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"[", "Expecting value"),
        (b"[{}", "comma or end expected"),
        (b"[{} {}]", "comma or end expected"),
        (b"[{},]", "comma before the end"),
        (b"[{}] x", "more after the end in line 1, column 5"),
        (b'[{"a": 1},\n{bad}]', "line 2, column 2"),
        (b'["caf\xe9"]', "not UTF-8 at byte offset 5"),
        (b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
    ],
)
def test_a_broken_array_gives_nothing(text, reason):
    with pytest.raises(InputError, match=reason):
        next(array_items(text, PATH))


def test_a_long_array_takes_linear_time():
    items = list(array_items(json.dumps([{"n": n} for n in range(50_000)]).encode(), PATH))
    assert items[-1] == (1, b'{"n": 49999}')
