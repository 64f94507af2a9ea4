"""The errors of ArangoDB that the embedded engine raises, by their numbers."""

from __future__ import annotations

_ENDS_EXPECTED = (
    "expecting both `_from` and `_to` attributes to be defined in the edge document and have the format "
    "`<collectionName>/<vertexKey>`"
)
#: number -> (HTTP status, text). The detail takes the place of "%s" in the text; without "%s" it follows the text.
ERRORS: dict[int, tuple[int, str]] = {
    4: (500, "internal error"),
    9: (501, "not implemented"),
    10: (400, "bad parameter"),
    11: (403, "forbidden"),
    17: (400, "type error"),
    18: (408, "lock timeout"),
    28: (423, "locked"),
    32: (500, "resource limit exceeded"),
    400: (400, "bad parameter"),
    404: (404, "not found"),
    405: (405, "method not supported"),
    600: (400, "invalid JSON object"),
    601: (400, "superfluous URL suffices"),
    1004: (403, "read only"),
    1005: (400, "duplicate identifier"),
    1200: (409, "conflict"),
    1202: (404, "document not found"),
    1203: (404, "collection or view not found"),
    1204: (400, "parameter 'collection' not found"),
    1205: (400, "illegal document identifier"),
    1207: (409, "duplicate name"),
    1208: (400, "illegal name"),
    1209: (400, "no suitable index known"),
    1210: (409, "unique constraint violated"),
    1212: (404, "index not found"),
    1213: (400, "cross collection request not allowed"),
    1214: (400, "illegal index identifier"),
    1216: (413, "document too large"),
    1218: (400, "collection type invalid"),
    1220: (400, "parsing attribute name definition failed"),
    1221: (400, "illegal document key"),
    1222: (400, "unexpected document key"),
    1225: (500, "out of keys"),
    1226: (400, "missing document key"),
    1227: (400, "invalid document type"),
    1228: (404, "database not found"),
    1229: (400, "database name invalid"),
    1230: (403, "operation only allowed in system database"),
    1232: (400, "invalid key generator"),
    1233: (400, _ENDS_EXPECTED),
    1235: (500, "index creation failed"),
    1237: (400, "collection type mismatch"),
    1239: (400, "illegal document revision"),
    1470: (400, "unsupported operation or parameter for clusters"),
    1471: (501, "this operation is only valid on a coordinator in a cluster"),
    1500: (410, "query killed"),
    1501: (400, "%s"),
    1502: (400, "query is empty"),
    1503: (500, "runtime error '%s'"),
    1504: (400, "number out of range"),
    1510: (400, "variable name '%s' has an invalid format"),
    1511: (400, "variable '%s' is assigned multiple times"),
    1512: (400, "unknown variable '%s'"),
    1521: (500, "unable to read-lock collection %s"),
    1522: (400, "too many collections/shards"),
    1524: (400, "too much nesting or too many objects"),
    1539: (400, "usage of %s"),
    1540: (400, "usage of unknown function '%s()'"),
    1541: (400, "invalid number of arguments for function %s"),
    1542: (400, "invalid argument type in call to function '%s()'"),
    1543: (400, "invalid regex value"),
    1550: (400, "invalid structure of bind parameters"),
    1551: (400, "no value specified for declared bind parameter '%s'"),
    1552: (400, "bind parameter '%s' was not declared in the query"),
    1553: (400, "bind parameter '%s' has an invalid value or type"),
    1561: (400, "invalid arithmetic value"),
    1562: (400, "division by zero"),
    1563: (400, "array expected"),
    1568: (400, "collection '%s' used as expression operand"),
    1569: (400, "FAIL(%s) called"),
    1570: (400, "no suitable geo index found for geo restriction on '%s'"),
    1571: (400, "no suitable fulltext index found for fulltext query on '%s'"),
    1572: (400, "invalid date value"),
    1573: (400, "multi-modify query"),
    1574: (400, "invalid aggregate expression"),
    1575: (400, "query options must be readable at query compile time"),
    1577: (400, "could not use forced index hint"),
    1578: (400, "disallowed dynamic call to '%s'"),
    1579: (400, "access after data-modification by %s"),
    1580: (400, "invalid user function name"),
    1582: (404, "user function '%s()' not found"),
    1591: (404, "query ID not found"),
    1593: (400, "%s"),
    1594: (400, "%s"),
    1595: (400, "window operation after data-modification"),
    1600: (404, "cursor not found"),
    1601: (409, "cursor is busy"),
    1620: (400, "schema validation failed"),
    1621: (400, "invalid schema validation parameter"),
    1650: (500, "internal transaction error"),
    1651: (400, "nested transactions detected"),
    1652: (400, "unregistered collection used in transaction"),
    1653: (400, "disallowed operation inside transaction"),
    1654: (410, "transaction aborted"),
    1655: (404, "transaction not found"),
    1700: (400, "invalid user name"),
    1702: (409, "duplicate user"),
    1703: (404, "user not found"),
    1901: (400, "invalid graph"),
    1920: (400, "multi use of edge collection in edge def"),
    1921: (400, "edge collection already used in edge def"),
    1922: (400, "missing graph name"),
    1923: (400, "malformed edge definition"),
    1924: (404, "graph '%s' not found"),
    1925: (409, "graph already exists"),
    1926: (404, "vertex collection does not exist or is not part of the graph"),
    1927: (400, "collection not a vertex collection"),
    1928: (400, "collection is not in list of orphan collections"),
    1929: (400, "collection already used in edge def"),
    1930: (404, "edge collection not used in graph"),
    1938: (400, "collection used in orphans"),
    1939: (400, "edge collection does not exist or is not part of the graph"),
    1941: (500, "internal graph data corrupt"),
    1942: (403, "must not drop collection while part of graph"),
    1943: (400, "malformed orphan list"),
    1944: (400, "edge definition collection is a document collection"),
    1948: (400, "negative edge weight found"),
    1947: (404, "referenced vertex collection is not part of the graph"),
    1949: (404, "the given collection is not part of the graph"),
}

#: What ArangoDB writes between the text and its detail in the errors of these numbers; in all others it is ": ".
JOINED_BY = {1200: ", ", 1210: " - ", 1221: " - "}


class ServeError(Exception):
    """A database file cannot be served as asked; the text says why and what to do."""


class ArangoError(Exception):
    """An error as ArangoDB reports it: `number` (errorNum), `message` (errorMessage) and `status` (HTTP).

    >>> ArangoError(1203, "pages").message
    'collection or view not found: pages'
    """

    def __init__(self, number: int, detail: str = "") -> None:
        self.number = number
        self.status, text = ERRORS[number]
        self.message = _message(number, text, detail)
        super().__init__(f"[{number}] {self.message}")


def said(number: int, message: str) -> ArangoError:
    """The error of that number with another message, for a case in which ArangoDB does not use the number's text."""
    error = ArangoError(number)
    error.message = message
    error.args = (f"[{number}] {message}",)
    return error


def _message(number: int, text: str, detail: str) -> str:
    if "%s" in text:
        return text.replace("%s", detail)
    if not detail:
        return text
    return text + JOINED_BY.get(number, ": ") + detail


class RevisionMismatchError(ArangoError):
    """The stored document has another revision; `current` holds its _id, _key and _rev."""

    def __init__(self, current: dict[str, str]) -> None:
        super().__init__(1200, "_rev values do not match")
        self.current = current


def not_supported(what: str) -> ArangoError:
    """The error for a feature (`what`) that ArangoDB has and the embedded engine does not."""
    return ArangoError(9, f"the embedded engine does not support {what}")
