"""Q&A documents as tests write them, in each layout."""

QUESTION = {"role": "user", "content": "How many moons has Mars?"}
ANSWER = {"role": "assistant", "content": "Two."}
SYSTEM = {"role": "system", "content": "Document: Mars. Section: moons"}
DONE = {"thinking": "One. Aha! Two.", "thinking_iterations": 2, "thinking_converged": True}


def chat(*messages, **metadata):
    return {"_key": "k", "messages": list(messages or (SYSTEM, QUESTION, ANSWER)), "metadata": metadata}


def flat(**fields):
    return {"_key": "k", "question": "How many moons has Mars?", "answer": "Two.", **fields}


def edge(**fields):
    return flat(_from="entities/a", _to="entities/b", **fields)


def said(content, role="user"):
    return {"role": role, "content": content}
