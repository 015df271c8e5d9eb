"""Reads the patterns of libphonenumber's metadata, to tell which numbers begin with given digits."""

import functools


def parse(pattern):
    """A pattern of the metadata as a tree: digits, groups, alternatives and counts are all that they have."""
    at = 0

    def alternatives():
        nonlocal at
        found = [sequence()]
        while at < len(pattern) and pattern[at] == "|":
            at += 1
            found.append(sequence())
        return ("any", found)

    def sequence():
        found = []
        while at < len(pattern) and pattern[at] not in "|)":
            found.append(counted(atom()))
        return ("all", found)

    def atom():
        nonlocal at
        if pattern.startswith("(?:", at):
            at += 3
            inner = alternatives()
            assert pattern[at] == ")", pattern
            at += 1
            return inner
        if pattern[at] == "[":
            end = pattern.index("]", at)
            inside, at = pattern[at + 1 : end], end + 1
            digits = set()
            while inside:
                if inside[1:2] == "-":
                    digits |= set(map(str, range(int(inside[0]), int(inside[2]) + 1)))
                    inside = inside[3:]
                else:
                    digits.add(str(int(inside[0])))
                    inside = inside[1:]
            return ("digit", digits)
        if pattern.startswith("\\d", at):
            at += 2
            return ("digit", set("0123456789"))
        at += 1
        return ("digit", {str(int(pattern[at - 1]))})

    def counted(node):
        nonlocal at
        if pattern.startswith("?", at):
            at += 1
            return ("times", node, 0, 1)
        if pattern.startswith("{", at):
            end = pattern.index("}", at)
            counts, at = pattern[at + 1 : end].split(","), end + 1
            return ("times", node, int(counts[0]), int(counts[-1]))
        return node

    tree = alternatives()
    assert at == len(pattern), pattern
    return tree


class Begins(Exception):
    """All of the digits are matched, and the pattern may go on."""


def match(node, digits, starts):
    """Where the node may end if it starts at one of these places in the digits."""
    if len(digits) in starts:
        raise Begins
    what, of = node[0], node[1]
    if what == "digit":
        return {at + 1 for at in starts if digits[at] in of}
    if what == "any":
        return set().union(*(match(it, digits, starts) for it in of))
    if what == "all":
        return functools.reduce(lambda places, it: match(it, digits, places) if places else places, of, starts)
    found = set(starts) if node[2] == 0 else set()
    for count in range(1, node[3] + 1):
        starts = match(of, digits, starts) if starts else starts
        if count >= node[2]:
            found |= starts
    return found


def may_begin(tree, digits):
    """Whether there is a number of this pattern that begins so; never wrong by being too strict."""
    if not digits:
        return True
    try:
        return len(digits) in match(tree, digits, {0})
    except Begins:
        return True


def may_be(tree, digits, length):
    """Whether there is a number of this pattern that begins so and has so many digits."""

    def ends(node, starts):
        what, of = node[0], node[1]
        if what == "digit":
            return {at + 1 for at in starts if at < length and (at >= len(digits) or digits[at] in of)}
        if what == "any":
            return set().union(*(ends(it, starts) for it in of))
        if what == "all":
            return functools.reduce(lambda places, it: ends(it, places) if places else places, of, starts)
        found = set(starts) if node[2] == 0 else set()
        for count in range(1, node[3] + 1):
            starts = ends(of, starts) if starts else starts
            if count >= node[2]:
                found |= starts
        return found

    return length in ends(tree, {0})
