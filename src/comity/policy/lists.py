"""Owns what rules ask of a policy's lists: that they are there and hold what they should; must not know any rule."""

from __future__ import annotations

from comity.policy.document import PolicyDocument
from comity.policy.places import Path
from comity.policy.tree import LISTS


class ListError(ValueError):
    """A list that a rule cannot work with.

    Attributes:
        remedy: one sentence that says how to mend it.
        path: the entry in the document; empty where the list is not there.
    """

    def __init__(self, what: str, remedy: str, path: Path = ()) -> None:
        super().__init__(what)
        self.remedy = remedy
        self.path = path


def entries_of(document: PolicyDocument, name: str) -> tuple[str, ...]:
    """The entries of a list that a rule reads.

    Raises:
        ListError: the policy has no such list. A rule would be off without a word, so it is an error.
    """
    if name not in document.lists:
        raise ListError(
            f"there is no list {name!r} in the policy",
            f"Add {LISTS}/{name}.txt, empty if that is meant, or set the rule's mode to off.",
        )
    return document.lists[name]


def wrong_entry(name: str, place: int, what: str, remedy: str) -> ListError:
    """The entry at a place (from 0) of a list is none that a rule can read."""
    return ListError(f"the list {name} has an entry that is {what}", remedy, (LISTS, name, place))
