"""Owns shapes of the calls about who hands in complaints, and on which numbers; must not know any call."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from comity.edges.rest_http.desk_shapes import Line, Whose

_LINK = r"^(https?://[^\x00-\x20]*\{token\}[^\x00-\x20]*)?$"
StatusUrl = Annotated[str, msgspec.Meta(max_length=500, pattern=_LINK)]


class FeedLine(msgspec.Struct, frozen=True):
    """A partner that hands in complaints.

    Attributes:
        name: the partner.
        weight: as how many independent reporters its word counts at most.
        proven: whether it checks that who complains got the message.
        client_id: the public half of its key.
        added_at: since when.
        removed_at: until when; null for those that count.
        reports: how many reports it handed in.
    """

    name: str
    weight: int
    proven: bool
    client_id: str
    added_at: datetime
    removed_at: datetime | None
    reports: int


class NewFeed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A partner to let hand in complaints.

    Attributes:
        name: the partner.
        weight: as how many independent reporters its word counts at most.
        proven: whether it checks that who complains got the message.
    """

    name: Line
    weight: Annotated[int, msgspec.Meta(ge=1, le=10)] = 1
    proven: bool = False


class FeedCredentials(msgspec.Struct, frozen=True):
    """The key of a partner.

    Attributes:
        name: the partner.
        client_id: the user of HTTP Basic.
        client_secret: the password, shown this once.
    """

    name: str
    client_id: str
    client_secret: str


class ReportNumberLine(msgspec.Struct, frozen=True):
    """A number that people forward suspicious texts to.

    Attributes:
        number: its digits.
        account: the account that holds it; answers come from it.
        status_url: where a report is followed; empty for nowhere.
        set_at: since when.
        halves: first halves of reports that wait for the second.
    """

    number: str
    account: str
    status_url: str
    set_at: datetime
    halves: int


class NewReportNumber(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A number that people may forward suspicious texts to.

    Attributes:
        number: its country code and digits, or a short code.
        account: your own account that holds it, by its name or ~ and its number; answers come from it.
        status_url: where a report is followed, a URL with TLS; {number} and {token} stand for what differs.
    """

    number: Annotated[str, msgspec.Meta(min_length=1, max_length=30)]
    account: Whose
    status_url: StatusUrl = ""


class ToldComplaint(msgspec.Struct, frozen=True):
    """A complaint as partners may read it.

    Attributes:
        xarf: the report in XARF v4.
    """

    xarf: dict[str, Any]


class ExportComplaints(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which complaints to write for others.

    Attributes:
        since: those filed since then.
        organisation: yours, as others read it.
        contact: its e-mail address for abuse.
        why: give texts too that no reviewer has opened, and why; it is kept with each complaint, with your name. Empty
            for texts that were opened alone.
        form: the form that others read.
    """

    since: datetime
    organisation: Line
    contact: Annotated[str, msgspec.Meta(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]
    why: Annotated[str, msgspec.Meta(max_length=500)] = ""
    form: Literal["xarf"] = "xarf"
