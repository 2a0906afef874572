"""Owns telephone numbers: reading, kinds, emergency numbers, zones, masking; must not know who sends or what.

`phonenumbers` (Google's libphonenumber metadata) is the judge of every plan;
`read` walks the same metadata without its repeated parsing.
"""

from comity.numbers.emergency import Emergency, emergency_number, is_short
from comity.numbers.format import Formatted, format_number
from comity.numbers.mask import mask
from comity.numbers.read import BadNumber, Destination, Kind, NumberFault, read_destination
from comity.numbers.zones import place_of, us_state, zones_of

__all__ = [
    "BadNumber",
    "Destination",
    "Emergency",
    "Formatted",
    "Kind",
    "NumberFault",
    "emergency_number",
    "format_number",
    "is_short",
    "mask",
    "place_of",
    "read_destination",
    "us_state",
    "zones_of",
]
