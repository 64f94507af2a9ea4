"""Remove sentences that only talk to a listener. A chain of thought has no listener, but small models talk to one."""

from __future__ import annotations

import re

from arango_thinking.matching.words.wording import plain, sentences

_CHATTER = re.compile(
    r"^\W*that(?:'s| is| was) (?:a |an )?(?:really |very )?(?:great|good|excellent|interesting|nice|fantastic)"
    r" (?:answer|question|start|way to start|point|job|idea|observation|summary|explanation|attempt"
    r"|analysis|breakdown)\b"
    r"|^\W*you(?:'ve| have)? (?:got|solved) (?:it|that|this)\b|^\W*you(?:'re| are) (?:correct|on the right track)\b"
    r"|^\W*(?:great|good|excellent) (?:question|job|answer|point|start)\b[!.,]"
    r"|^\W*what (?:a |an )(?:great|good|excellent|interesting) (?:question|answer|point)\W*$"
    r"|^\W*(?:sure|certainly|of course)(?:!|,? i can help\b)"
    r"|^\W*here(?:'s| is) (?:what i think|my (?:answer|reasoning|explanation|thought process))\W*$"
    r"|^\W*i(?:'ll| will) just (?:add|keep|go on|continue)\b|^\W*i(?:'ll| will) keep (?:going|doing)\b"
    r"|\bi hope (?:this|that) helps\b|\b(?:let me know|feel free|please ask|happy to help)\b"
    r"|\b(?:i'm|i am) (?:glad|happy) (?:you|to)\b|\bas an ai\b",
    re.IGNORECASE,
)


def without_chatter(text: str) -> str:
    """The text without the sentences that only talk to a listener. The rest stays verbatim."""
    return "".join(sentence for sentence in sentences(text) if not _CHATTER.search(plain(sentence)))
