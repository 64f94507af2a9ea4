"""JSON Lines read strictly and written whole or not at all."""

import gzip
import io
import json
import os
import stat
import threading
import tracemalloc
from pathlib import Path

import pytest

from arango_thinking.errors import ConfigurationError, InputError
from arango_thinking.files import jsonl
from arango_thinking.files.compression import COMPRESSIONS, GZIP, by_name
from arango_thinking.files.jsonl import Line, line_count, read_documents, read_lines
from tests.json_lines import write_lines

GOOD = {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}


def lines_of(tmp_path, content, name="in.jsonl"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_lines(path))


def keyed(key, **fields):
    return json.dumps({"_key": key, **GOOD, **fields})


def test_line_numbers_count_blank_lines_and_bad_lines_hide_nothing(tmp_path):
    lines = lines_of(tmp_path, '\n{"a": 1}\r\n \t\r\n{bad}\n\n  {"b": "x\u2028y\u0085"} \n{"c": 3}')
    assert [(line.number, line.document) for line in lines] == [
        (2, {"a": 1}),
        (4, None),
        (6, {"b": "x\u2028y\u0085"}),
        (7, {"c": 3}),
    ]
    assert [line.number for line in lines if line.error] == [4]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"a": 1,}', "not JSON, column"),
        (b"{'a': 1}", "not JSON, column 2"),
        (b"// comment", "not JSON, column 1"),
        (b'{"a": 1} {"b": 2}', "column 10: Extra data"),
        (b'{"a": "cut', "not JSON, column 7"),
        (b'{"a": "x\x01y"}', "not JSON, column 9"),
        (b'{"a": "x\ty"}', "not JSON, column 9"),
        (b'{"a": "caf\xe9"}', "byte 0xe9 at byte offset 10"),
        (b'{"a": "\xed\xa0\x80"}', "byte 0xed at byte offset 7"),
        (b'{"a": "\\ud83d x"}', "surrogate"),
        (b'{"a\\udc00": 1}', "surrogate"),
        (b'{"a": NaN}', "not JSON: NaN"),
        (b'{"a": -Infinity}', "not JSON: -Infinity"),
        (b'{"a": 1e999}', "the number 1e999 is beyond"),
        (b'{"a": ' + b"9" * 5000 + b"}", "the number 999999"),
        (b"null", "null, not an object"),
        (b'"text"', "a string, not an object"),
        (b"[{}]", "a list, not an object"),
        (b"1", "a number, not an object"),
        (b'{"m": {"t": 1, "u": 2, "t": 3}}', "the name `t` occurs twice"),
        (b'{"\x1b": 1}', "not JSON"),
        (b'{"\\u001b": 1, "\\u001b": 2}', r"the name `\\x1b` occurs twice"),
        (b'{"a": ' + b"[" * 190 + b"]" * 190 + b"}", "nested more than 190 levels"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested more than 190 levels"),
    ],
    ids=lambda value: value[:20] if isinstance(value, bytes) else None,
)
def test_a_bad_line_is_reported_with_the_reason(tmp_path, line, reason):
    _, bad, good = lines_of(tmp_path, b"{}\n" + line + b'\n{"after": 1}')
    assert (bad.number, bad.document) == (2, None)
    with pytest.raises(InputError, match=reason):
        raise InputError(bad.error)
    assert good.document == {"after": 1}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'"\ud83d\ude00"', "😀"),
        ("0.1000000000000000055511151231257827", 0.1),
        ("-0.0", -0.0),
        ("1E-7", 1e-7),
        ("9007199254740992", 2**53),
        (r'"\u0000"', "\0"),
        (r'"\\ud83d"', r"\ud83d"),
        ("[" * 189 + "]" * 189, json.loads("[" * 189 + "]" * 189)),
    ],
)
def test_values_arrive_as_they_were_given(tmp_path, text, value):
    (line,) = lines_of(tmp_path, f'{{"v": {text}}}')
    assert line == Line(1, {"v": value})
    assert repr(line.document["v"]) == repr(value)


@pytest.mark.parametrize(
    ("digits", "doubt"),
    [("9007199254740993", "beyond 2^53"), ("-9007199254740993", "beyond 2^53"), ("18446744073709551616", "64 bits")],
)
def test_large_integers_arrive_exact_and_with_a_doubt(tmp_path, digits, doubt):
    (line,) = lines_of(tmp_path, f'{{"v": {digits}}}')
    assert line.document == {"v": int(digits)}
    assert len(line.doubts) == 1
    assert doubt in line.doubts[0]


def test_byte_order_marks(tmp_path):
    mark = "\ufeff"
    lines = lines_of(tmp_path, f'{mark}{{"a": 1}}\n{mark}{{"b": 2}}\n')
    assert [line.document for line in lines] == [{"a": 1}, {"b": 2}]
    assert lines[0].doubts == ()
    assert "byte order mark" in lines[1].doubts[0]


@pytest.mark.parametrize("content", [b"", b"\n\n\n", b" \r\n\t", b"\xef\xbb\xbf"])
def test_files_without_lines(tmp_path, content):
    assert lines_of(tmp_path, content) == []


@pytest.mark.parametrize("text", ["é", "🌙"])
def test_characters_at_the_border_of_a_block_stay_whole(tmp_path, text):
    value = "x" + text * 300_000
    first, second = lines_of(tmp_path, json.dumps({"a": value}, ensure_ascii=False) + '\n{"b": 1}')
    assert first.document == {"a": value}
    assert second == Line(2, {"b": 1})


def test_a_line_over_the_limit_is_rejected_and_the_next_is_read(tmp_path):
    path = tmp_path / "long.jsonl"
    with path.open("wb") as file:
        file.write(b'{"a": "')
        for _ in range(65):
            file.write(b"x" * (1 << 20))
        file.write(b'"}\n{"b": 1}\n')
    long, good = read_lines(path)
    assert long == Line(1, error="longer than 64 MiB")
    assert good == Line(2, {"b": 1})


def test_memory_is_flat_over_many_lines(tmp_path):
    path = tmp_path / "many.jsonl.gz"
    with gzip.open(path, "wb", 1) as file:
        for _ in range(16):
            file.write(b"\n" * (1 << 20))
        for _ in range(10_000):
            file.write(b'{"a": "' + b"x" * 400 + b'"}\n')
    tracemalloc.start()
    count = sum(1 for _ in read_lines(path))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 10_000
    assert peak < 3 << 20


@pytest.mark.parametrize("compression", COMPRESSIONS, ids=lambda compression: compression.name)
@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
def test_compression_is_told_by_the_first_bytes(tmp_path, compression, suffix):
    content = packed(compression, b'{"a": 1}\n{"b": 2}\n')
    lines = lines_of(tmp_path, content, f"in.jsonl{suffix}")
    assert [line.document for line in lines] == [{"a": 1}, {"b": 2}]
    assert bool(lines[0].doubts) is (suffix != compression.suffix)
    assert all(compression.name in doubt for doubt in lines[0].doubts)
    assert lines[1].doubts == ()


@pytest.mark.parametrize("compression", COMPRESSIONS, ids=lambda compression: compression.name)
def test_several_compressed_files_one_after_the_other_are_one(tmp_path, compression):
    content = packed(compression, b'{"a": 1}\n') + packed(compression, b'{"b": 2}\n')
    assert [line.document for line in lines_of(tmp_path, content)] == [{"a": 1}, {"b": 2}]


@pytest.mark.parametrize("compression", COMPRESSIONS, ids=lambda compression: compression.name)
def test_a_file_compressed_twice_is_refused(tmp_path, compression):
    with pytest.raises(InputError, match="compressed twice"):
        lines_of(tmp_path, packed(compression, packed(compression, b'{"a": 1}\n')))


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_plain_text_named_compressed_is_read_with_a_doubt(tmp_path, suffix):
    (line,) = lines_of(tmp_path, b'{"a": 1}', f"in.jsonl{suffix}")
    assert line.document == {"a": 1}
    assert f"named {suffix}, but it is not compressed" in line.doubts[0]


def packed(compression, content):
    file = io.BytesIO()
    with compression.writer(file) as stream:
        stream.write(content)
    return file.getvalue()


def damaged(compression, how):
    content = bytearray(packed(compression, b'{"a": 1}\n' * 1000))
    if how == "cut":
        return bytes(content[:-20])
    if how == "cut by one byte":
        return bytes(content[:-1])
    if how == "second part cut":
        return bytes(content + content[:-3])
    if how == "wrong sum":
        content[-8 if compression is GZIP else -1] ^= 1
    elif how == "changed":
        content[20] ^= 255
    return bytes(content) + (b"garbage" if how == "garbage after" else b"")


@pytest.mark.parametrize("compression", COMPRESSIONS, ids=lambda compression: compression.name)
@pytest.mark.parametrize("how", ["cut", "cut by one byte", "second part cut", "wrong sum", "changed", "garbage after"])
def test_nothing_is_taken_from_a_damaged_file(tmp_path, compression, how):
    path = tmp_path / "in.jsonl"
    path.write_bytes(damaged(compression, how))
    with pytest.raises(InputError, match=rf"in\.jsonl: damaged {compression.name}: "):
        next(iter(read_lines(path)))


def test_a_pipe_is_read(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(gzip.compress(b'{"a": 1}\n'),))
    writer.start()
    assert list(read_lines(path)) == [Line(1, {"a": 1})]
    writer.join()


@pytest.mark.parametrize("name", ["missing.jsonl", "."])
def test_what_cannot_be_opened_is_an_input_error(tmp_path, name):
    with pytest.raises(InputError, match="cannot be read"):
        list(read_lines(tmp_path / name))


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("name", ["in.json", "in.json.gz", "IN.JSON", "in.json.zst"])
def test_an_array_is_read_where_the_name_says_so(tmp_path, indent, name):
    text = json.dumps([{"a": [1, {"x": "]"}]}, {"b": 2}], indent=indent).encode()
    lines = lines_of(tmp_path, gzip.compress(text) if name.endswith(".gz") else text, name)
    assert [line.document for line in lines] == [{"a": [1, {"x": "]"}]}, {"b": 2}]
    assert [line.number for line in lines] == ([1, 1] if indent is None else [2, 10])


def test_bad_items_of_an_array_hide_nothing(tmp_path):
    text = '[{"a": 1, "a": 2},\n 7,\n{"x": NaN},\n{"y": "\\ud83d"},\n{"n": 18446744073709551616},\n{"ok": 1}]'
    lines = lines_of(tmp_path, text, "in.json")
    assert [bool(line.error) for line in lines] == [True, True, True, True, False, False]
    assert lines[4].doubts
    assert lines[5] == Line(6, {"ok": 1})


def test_lines_named_json_are_read_as_lines(tmp_path):
    assert lines_of(tmp_path, '{"a": 1}\n{"b": 2}', "in.json") == [Line(1, {"a": 1}), Line(2, {"b": 2})]


def test_documents_are_judged_line_by_line(tmp_path):
    path = tmp_path / "qa.jsonl"
    flat = {"question": "q", "answer": "a"}
    rows = [
        keyed("a"),
        keyed("a", other=1),
        '{"messages": []}',
        "{",
        keyed("b", metadata={"confidence": 2}),
        json.dumps(flat),
        json.dumps(flat),
        json.dumps(GOOD),
    ]
    path.write_text("\n".join(rows))
    lines = list(read_documents(path))
    assert [line.number for line in lines if line.error] == [2, 3, 4]
    assert "`_key` a was used before" in lines[1].error
    assert [len(line.doubts) for line in lines if not line.error] == [0, 1, 1, 0, 0]
    assert "flat document" in lines[5].doubts[0]


def test_a_refused_document_does_not_use_up_its_key(tmp_path):
    path = tmp_path / "qa.jsonl"
    path.write_text(keyed("a", messages=[]) + "\n" + keyed("a"))
    assert [line.error is None for line in read_documents(path)] == [False, True]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"_key": "p", "document_id": "d", "text": "..."}, "line 1: looks like a source paragraph"),
        ({"_from": "a/b", "_to": "c/d"}, "line 1: looks like a relationship edge"),
        ({"instruction": "q", "output": "a"}, "line 1: looks like an Alpaca record"),
        ({"id": 1}, "line 1: no messages"),
    ],
)
@pytest.mark.parametrize("count", [1, 100])
def test_a_file_of_other_documents_is_refused_once(tmp_path, row, reason, count):
    path = tmp_path / "qa.jsonl"
    path.write_text((json.dumps(row) + "\n") * count)
    with pytest.raises(InputError, match=reason):
        next(iter(read_documents(path)))


def test_other_documents_before_the_first_question_are_rejected_one_by_one(tmp_path):
    path = tmp_path / "qa.jsonl"
    path.write_text('{"text": "x"}\n{\n' + keyed("a") + "\n")
    assert [line.error is None for line in read_documents(path)] == [False, False, True]


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz", "out.jsonl.zst"])
def test_what_is_written_is_read_again_the_same(tmp_path, name):
    documents = [{"a": "é😀\u2028\n\0", "n": -0.0, "b": 2**64, "": None}, {"z": 1, "a": [True, {}]}]
    path = tmp_path / name
    assert write_lines(path, iter(documents)) == 2
    lines = list(read_lines(path))
    assert [line.document for line in lines] == documents
    assert [list(line.document) for line in lines] == [list(document) for document in documents]
    with path.open("rb") as file:
        raw = by_name(path).reader(file).read() if by_name(path) else file.read()
    assert raw.count(b"\n") == 2
    assert "é😀".encode() in raw


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_the_same_documents_give_the_same_bytes(tmp_path, suffix):
    one, other = tmp_path / f"a.jsonl{suffix}", tmp_path / f"b.jsonl{suffix}"
    write_lines(one, [GOOD] * 100)
    write_lines(other, [GOOD] * 100)
    content = one.read_bytes()
    assert content == other.read_bytes()
    assert len(content) < 300
    if suffix == ".gz":
        assert content[3:8] == bytes(5), "a header without a name and a time"
    else:
        assert content[4] & 4, "a header that promises a checksum"


@pytest.mark.slow
def test_many_keys_take_no_memory(tmp_path):
    path = tmp_path / "many.jsonl"
    path.write_text("".join(keyed(f"{number:0200}") + "\n" for number in range(20_000)))
    tracemalloc.start()
    assert sum(1 for line in read_documents(path) if line.document) == 20_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 << 20


def test_a_batch_of_the_generator_is_read_where_the_name_says_so(tmp_path):
    questions = [{"question": "Why?", "answer": "So"}, {"question": "Who?", "answer": "She"}]
    for indent in (None, 2):
        text = json.dumps({"qa_pairs": questions, "document_id": "d", "metadata": {"a": ["}"]}}, indent=indent)
        assert [line.document for line in lines_of(tmp_path, text, "batch.json")] == questions
        with pytest.raises(InputError, match=r"is a batch of Q&A documents: name it \.json"):
            lines_of(tmp_path, text, "batch.jsonl")


def test_nothing_written_is_an_empty_file(tmp_path):
    assert write_lines(tmp_path / "out.jsonl", []) == 0
    assert (tmp_path / "out.jsonl").read_bytes() == b""


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz", "out.jsonl.zst"])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud83d", object(), {1, 2}])
def test_a_failure_leaves_the_older_file_and_no_part(tmp_path, name, value):
    path = tmp_path / name
    path.write_bytes(b"older")
    with pytest.raises(InputError, match="document 2 cannot be written as JSON"):
        write_lines(path, [{"a": 1}, {"a": value}])
    assert path.read_bytes() == b"older"
    assert list(tmp_path.iterdir()) == [path]


def test_an_interrupt_leaves_nothing(tmp_path):
    path = tmp_path / "out.jsonl"

    def interrupted():
        yield {"a": 1}
        assert not path.exists()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_lines(path, interrupted())
    assert list(tmp_path.iterdir()) == []


def test_a_file_may_be_rewritten_while_it_is_read(tmp_path):
    path = tmp_path / "both.jsonl"
    write_lines(path, [{"n": n} for n in range(100)])
    write_lines(path, ({"n": line.document["n"] + 1} for line in read_lines(path)))
    assert [line.document["n"] for line in read_lines(path)] == list(range(1, 101))


def test_a_replaced_file_keeps_its_mode_and_a_link_stays_a_link(tmp_path):
    target, link = tmp_path / "target.jsonl", tmp_path / "link.jsonl"
    target.write_text("older")
    target.chmod(0o640)
    link.symlink_to(target)
    write_lines(link, [{"a": 1}])
    assert link.is_symlink()
    assert target.read_text() == '{"a": 1}\n'
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_where_no_file_can_be_written(tmp_path):
    with pytest.raises(ConfigurationError, match="No such file or directory"):
        write_lines(tmp_path / "missing" / "out.jsonl", [])
    with pytest.raises(ConfigurationError, match="not a regular file"):
        write_lines(tmp_path, [])
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ConfigurationError, match="not a regular file"):
        write_lines(tmp_path / "pipe", [])


def test_the_limits_are_what_the_messages_say():
    assert (jsonl.MAX_LINE_BYTES >> 20, jsonl.MAX_ARRAY_BYTES >> 20, jsonl.MAX_LEVELS) == (64, 256, 190)


def test_lines_are_counted_only_where_that_is_cheap(tmp_path: Path) -> None:
    plain, packed, array = tmp_path / "a.jsonl", tmp_path / "b.jsonl", tmp_path / "c.json"
    plain.write_text("{}\n{}\n{}\n")
    packed.write_bytes(gzip.compress(b"{}\n"))
    array.write_text("[{},\n{}]")
    assert [line_count(path) for path in (plain, packed, array, tmp_path / "none.jsonl")] == [3, 0, 0, 0]
