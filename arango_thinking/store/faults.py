"""What to do about each error of the database. This is the only table of it.

Numbers and names are those of ArangoDB's `errors.yaml`.
"""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """What the caller does next."""

    #: Retry after a short random pause: another writer was in the way.
    RETRY = "retry"
    #: Retry when the database can answer.
    WAIT = "wait"
    #: The document has changed: read it again and decide.
    REREAD = "reread"
    #: The document has been removed, which is not a failure.
    GONE = "gone"
    #: This document, or this request, is refused for what it holds: note it and continue.
    SKIP = "skip"
    #: Nothing more can be read or written: end the run and say why.
    STOP = "stop"


CONFLICT = 1200

ACTIONS: dict[int, Action] = {
    4: Action.STOP,  # internal error
    11: Action.STOP,  # forbidden
    18: Action.RETRY,  # lock timeout
    28: Action.RETRY,  # locked
    29: Action.RETRY,  # deadlock detected
    30: Action.WAIT,  # shutdown in progress
    32: Action.SKIP,  # resource limit: too much for the memory allowed
    38: Action.WAIT,  # startup ongoing
    503: Action.WAIT,  # service unavailable, as while the server starts
    1004: Action.STOP,  # read only
    1104: Action.STOP,  # file system full
    CONFLICT: Action.RETRY,  # with HTTP status 412 instead: REREAD
    1202: Action.GONE,  # document not found
    1203: Action.STOP,  # collection not found
    1205: Action.SKIP,  # illegal document identifier
    1210: Action.SKIP,  # unique constraint violated
    1216: Action.SKIP,  # document too large
    1221: Action.SKIP,  # illegal document key
    1226: Action.SKIP,  # document key missing
    1227: Action.SKIP,  # invalid document type
    1228: Action.STOP,  # database not found
    1233: Action.SKIP,  # edge attribute missing or invalid
    1302: Action.RETRY,  # try again
    1303: Action.RETRY,  # engine is busy
    1429: Action.WAIT,  # not enough replicas for the write concern
    1457: Action.WAIT,  # timeout in the cluster
    1464: Action.WAIT,  # no responsible shard found
    1465: Action.WAIT,  # connection within the cluster broken
    1466: Action.SKIP,  # the key may not be given
    1468: Action.SKIP,  # a shard key is missing
    1469: Action.SKIP,  # a shard key may not change
    1472: Action.WAIT,  # the agency cannot be read
    1474: Action.WAIT,  # communication within the cluster
    1478: Action.WAIT,  # a DB-Server cannot be reached
    1491: Action.WAIT,  # the leader of the shard resigned
    1492: Action.WAIT,  # the agency did not do it
    1495: Action.WAIT,  # leadership challenge is ongoing
    1496: Action.WAIT,  # not the leader
    1500: Action.RETRY,  # query killed
    1521: Action.RETRY,  # collection could not be locked
    1600: Action.RETRY,  # cursor not found: the server restarted, or the cursor expired
    1601: Action.RETRY,  # cursor is busy
    1620: Action.SKIP,  # schema validation failed
    21003: Action.WAIT,  # queue full
    21004: Action.WAIT,  # queue time too long
}
_BY_STATUS = {
    401: Action.STOP,
    403: Action.STOP,
    410: Action.RETRY,
    413: Action.SKIP,
    429: Action.WAIT,
    500: Action.STOP,
    501: Action.STOP,
    502: Action.WAIT,
    503: Action.WAIT,
    504: Action.WAIT,
}


def action_of(number: int | None, status: int | None) -> Action:
    """What to do about an ArangoDB error number that came with an HTTP status; either may be unknown.

    Error 1200 means two things: with status 412, the document has another revision than the one named; else somebody
    wrote at the same time. For a number that is not in the table the status decides; the default is `SKIP`.
    """
    if number == CONFLICT and status == 412:
        return Action.REREAD
    if number in ACTIONS:
        return ACTIONS[number]
    return _BY_STATUS.get(status or 0, Action.SKIP)
