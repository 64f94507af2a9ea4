"""A student over HTTP, in a process of its own: wrong at first, right after the hint, a little slow."""

from __future__ import annotations

import time

from tests.chat_api import Body, ChatAPI


def answer(body: Body) -> str:
    text = str(body["messages"])
    number = int(text.split("has item ")[1][:3])
    return f"I look at item {number}.\nAnswer: {1000 + number if 'Aha! ' in text else 7}"


if __name__ == "__main__":
    with ChatAPI() as api:
        api.reply = answer
        api.delay = 0.1
        print(api.url, flush=True)
        time.sleep(300)
