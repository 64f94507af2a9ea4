"""Routes under /_api/document: one document, or arrays of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any, get_args
from urllib.parse import quote

import orjson

from arango_thinking.embedded.errors import ArangoError, RevisionMismatchError, said
from arango_thinking.embedded.http.calls import Call
from arango_thinking.embedded.http.messages import Response, failure, reply
from arango_thinking.embedded.storage.records import JSON, Document, OverwriteMode, WriteOptions, Written
from arango_thinking.embedded.storage.transactions import Transaction

#: A write of one document. Its collection and options are fixed already.
Write = Callable[[Transaction, JSON], Written]


def read(call: Call) -> Response:
    return _read(call, with_body=True)


def head(call: Call) -> Response:
    return _read(call, with_body=False)


def _read(call: Call, *, with_body: bool) -> Response:
    collection, key = call.names
    with call.reading() as transaction:
        document = _existing(transaction, collection, key)
    revision = document["_rev"]
    expected, known = call.header("if-match"), call.header("if-none-match")
    etag = {"etag": f'"{revision}"'}
    if known == revision:
        return Response(304, etag, b"")
    if expected is not None and expected != revision:
        return _precondition_failed(RevisionMismatchError(identity(document)))
    return reply(200, document, etag) if with_body else Response(200, etag, b"")


def insert(call: Call) -> Response:
    collection, options = _collection(call), _write_options(call)

    def write(transaction: Transaction, document: JSON) -> Written:
        return transaction.insert(collection, document, options)

    body = call.json()
    return _write_many(call, body, write) if isinstance(body, list) else _write_one(call, body, write)


def change_one(call: Call) -> Response:
    """Update (PATCH) or replace (PUT) the document in the path."""
    collection, key = call.names
    body, expected, options = call.json(), call.header("if-match"), _write_options(call)
    if not isinstance(body, dict):
        raise ArangoError(1227)
    if expected is not None:
        body["_rev"] = expected
        options = replace(options, ignore_revs=False)

    def write(transaction: Transaction, document: JSON) -> Written:
        method = transaction.update if call.request.method == "PATCH" else transaction.replace
        return method(collection, key, document, options)

    return _write_one(call, body, write)


def change_many(call: Call) -> Response:
    """Update (PATCH) or replace (PUT) an array of documents. PUT with the parameter `onlyget` only reads them."""
    if "onlyget" in call.request.query and call.request.method == "PUT":
        return _read_many(call)
    collection, options = _collection(call), _write_options(call)

    def write(transaction: Transaction, document: JSON) -> Written:
        if not isinstance(document, dict):
            raise ArangoError(1227)
        method = transaction.update if call.request.method == "PATCH" else transaction.replace
        return method(collection, _key_of(collection, document), document, options)

    body = call.json()
    if not isinstance(body, list):
        raise ArangoError(1227)
    return _write_many(call, body, write)


def remove_one(call: Call) -> Response:
    collection, key = call.names
    expected = call.header("if-match")
    return _write_one(call, key, lambda transaction, name: transaction.remove(collection, name, expected))


def remove_many(call: Call) -> Response:
    """Remove the documents that an array names, or the one document that an object names."""
    (collection,) = call.names
    check_revisions = not call.flag("ignoreRevs", default=True)

    def write(transaction: Transaction, selector: JSON) -> Written:
        revision = _revision_of(selector) if check_revisions else None
        return transaction.remove(collection, _key_of(collection, selector), revision)

    body = call.json()
    if isinstance(body, dict):
        return _write_one(call, body, write)
    if not isinstance(body, list):
        raise said(400, "Request body not parseable")
    return _write_many(call, body, write)


def _read_many(call: Call) -> Response:
    collection, body = _collection(call), call.json()
    if not isinstance(body, list):
        raise ArangoError(1227)
    check_revisions = not call.flag("ignoreRevs", default=True)
    results: list[Any] = []
    errors: Counter[int] = Counter()
    with call.reading() as transaction:
        transaction.collection(collection)
        for selector in body:
            try:
                document = _existing(transaction, collection, _key_of(collection, selector))
                if check_revisions and _revision_of(selector) not in (None, document["_rev"]):
                    raise RevisionMismatchError(identity(document))
                results.append(document)
            except ArangoError as error:
                errors[error.number] += 1
                results.append(_member_error(error))
    return reply(200, results, _error_codes(errors))


def _write_one(call: Call, document: JSON, write: Write) -> Response:
    try:
        with call.writing() as transaction:
            collection = transaction.collection(_collection(call))
            written = write(transaction, document)
    except RevisionMismatchError as error:
        return _precondition_failed(error)
    answer = _answer(call, written)
    place = f"{collection.name}/{quote(answer['_key'], safe='')}"
    headers = {"etag": f'"{answer["_rev"]}"', "location": f"/_db/{call.database}/_api/document/{place}"}
    synced = call.flag("waitForSync") or bool(collection.properties.get("waitForSync"))
    return reply(_status(call, synced), {} if call.flag("silent") else answer, headers)


def _write_many(call: Call, documents: list[JSON], write: Write) -> Response:
    """Write the documents in one transaction. A failure is reported in its place and does not stop the others."""
    results: list[Any] = []
    errors: Counter[int] = Counter()
    silent = call.flag("silent")
    with call.writing() as transaction:
        collection = transaction.collection(_collection(call))
        for document in documents:
            try:
                written = write(transaction, document)
                if not silent:
                    results.append(_answer(call, written))
            except ArangoError as error:
                errors[error.number] += 1
                results.append(_member_error(error))
    all_failed = bool(documents) and errors.total() == len(documents)
    synced = call.flag("waitForSync") or bool(collection.properties.get("waitForSync"))
    body = {} if silent and not results else results
    return reply(_status(call, synced and not all_failed), body, _error_codes(errors))


def _status(call: Call, synced: bool) -> int:
    if not synced:
        return 202
    return 200 if call.request.method == "DELETE" else 201


def _answer(call: Call, written: Written) -> dict[str, Any]:
    """The answer about one written document."""
    subject = written.new or written.old
    assert subject is not None
    answer = identity(subject)
    is_insert, is_change = call.request.method == "POST", bool(written.old and written.new)
    if written.old and is_change:
        answer["_oldRev"] = written.old["_rev"]
    if call.flag("returnOld") and (is_change or not is_insert):
        answer["old"] = written.old
    if call.flag("returnNew") and written.new:
        answer["new"] = written.new
    return answer


def identity(document: Document) -> dict[str, Any]:
    return {"_id": document["_id"], "_key": document["_key"], "_rev": document["_rev"]}


def _member_error(error: ArangoError) -> dict[str, Any]:
    return {"error": True, "errorNum": error.number, "errorMessage": error.message}


def _error_codes(errors: Counter[int]) -> dict[str, str]:
    if not errors:
        return {}
    codes = {str(number): times for number, times in errors.items()}
    return {"x-arango-error-codes": orjson.dumps(codes).decode()}


def _precondition_failed(error: RevisionMismatchError) -> Response:
    response = failure(error, 412, **error.current)
    response.headers["etag"] = f'"{error.current["_rev"]}"'
    return response


def _existing(transaction: Transaction, collection: str, key: str) -> Document:
    document = transaction.get(collection, key)
    if document is None:
        raise ArangoError(1202)
    return document


def _collection(call: Call) -> str:
    """The collection that the path names or, as in old versions of ArangoDB, the query string. Raises 1204 or 400."""
    name = call.names[0] if call.names else call.parameter("collection")
    if name:
        return name
    if call.request.method == "POST":
        usage = "POST /_api/document/<collection> or query parameter 'collection'"
        raise said(1204, f"'collection' is missing, expecting /_api/document {usage}")
    raise said(400, "collection must be given in URL path or query parameter 'collection' must be specified")


def _key_of(collection: str, selector: JSON) -> str:
    """The key in a selector: a key, an id, or an object with one of them. Raises 1226, 1221 or 1213."""
    given = selector.get("_key", selector.get("_id")) if isinstance(selector, dict) else selector
    if given is None:
        raise ArangoError(1226)
    if not isinstance(given, str) or not given:
        raise ArangoError(1221)
    owner, slash, key = given.partition("/")
    if slash and owner != collection:
        raise ArangoError(1213)
    return key if slash else given


def _revision_of(selector: JSON) -> JSON:
    return selector.get("_rev") if isinstance(selector, dict) else None


def _write_options(call: Call) -> WriteOptions:
    mode = _overwrite_mode(call)
    return WriteOptions(
        overwrite_mode=mode,
        # ArangoDB's own defaults: an insert that turns into an update removes attributes set to null.
        keep_null=call.flag("keepNull", default=call.request.method != "POST"),
        merge_objects=call.flag("mergeObjects", default=True),
        ignore_revs=call.request.method == "POST" or call.flag("ignoreRevs", default=True),
        version_attribute=call.parameter("versionAttribute") or None,
        validate=not call.flag("skipDocumentValidation"),
    )


def _overwrite_mode(call: Call) -> OverwriteMode:
    """The overwrite mode that the request asks for. As in ArangoDB, an unknown mode is ignored."""
    wanted = call.parameter("overwriteMode")
    known: tuple[OverwriteMode, ...] = get_args(OverwriteMode)
    for mode in known:
        if mode == wanted:
            return mode
    return "replace" if call.flag("overwrite") else "conflict"


def _no_key(_call: Call) -> Response:
    raise said(1203, "expecting GET /_api/document/<collection>/<key>")


def _too_long(_call: Call) -> Response:
    raise said(601, "expecting GET /_api/document/<collection>/<key>")


ROUTES = {
    "GET /_api/document/*/*": read,
    "GET /_api/document": _no_key,
    "GET /_api/document/*": _no_key,
    "GET /_api/document/*/*/*": _too_long,
    "HEAD /_api/document/*/*": head,
    "POST /_api/document": insert,
    "POST /_api/document/*": insert,
    "PATCH /_api/document": change_many,
    "PUT /_api/document": change_many,
    "PATCH /_api/document/*": change_many,
    "PATCH /_api/document/*/*": change_one,
    "PUT /_api/document/*": change_many,
    "PUT /_api/document/*/*": change_one,
    "DELETE /_api/document/*": remove_many,
    "DELETE /_api/document/*/*": remove_one,
}
