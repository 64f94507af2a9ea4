"""Edits documents as another program does beside a run: python editor.py URL COUNT, until a line comes in.

Every edit that the database has stored is printed: key, attribute, value. The thinking of a document is edited only
while it is pending, as by a person who writes it by hand.
"""

from __future__ import annotations

import json
import random
import select
import sys

from arango.exceptions import DocumentRevisionError, DocumentUpdateError

from arango_thinking.settings import database_settings
from arango_thinking.store.store import Store


def edit(store: Store, number: int, chance: random.Random) -> None:
    """One edit of a random document; nothing when somebody else was quicker."""
    documents = store.connection.database.collection("qa_pairs")
    document = documents.get(f"q{chance.randrange(int(sys.argv[2])):03}")
    assert isinstance(document, dict)
    attribute = chance.choice(["note", "messages", "messages", "thinking"])
    change: dict[str, object] = {"note": f"note {number}"}
    if attribute == "messages":
        asked, answer = document["messages"]
        change = {"messages": [{**asked, "content": f"{asked['content'].split(' (')[0]} (version {number})"}, answer]}
    elif attribute == "thinking":
        if document["metadata"].get("thinking_iterations") is not None:
            return
        change = {"metadata": {"thinking": f"by hand {number}"}}
    try:
        documents.update({"_key": document["_key"], "_rev": document["_rev"], **change}, check_rev=True, silent=True)
    except (DocumentRevisionError, DocumentUpdateError):
        return
    value = change["metadata"]["thinking"] if attribute == "thinking" else change[attribute]  # type: ignore[index]
    print(json.dumps([document["_key"], attribute, value]), flush=True)


def main() -> None:
    store = Store.connect(database_settings(sys.argv[1]))
    chance = random.Random(7)
    number = 0
    while not select.select([sys.stdin], [], [], 0.05)[0]:
        edit(store, number := number + 1, chance)
    store.close()


main()
