"""What anybody may read, asked of the read models: differences, news and figures.

`published` in the list says which rows these are; nothing here looks at any other.
"""

from __future__ import annotations

from pathlib import Path

from projections import statements

PUBLISHED = statements(Path(__file__).with_name("published.sql"))

NEWS = (
    "item.uploaded",
    "item.determined",
    "item.reclassified",
    "item.period_event_recorded",
    "item.reviewed",
    "item.declassified",
    "item.corrected",
)
"""Facts that may change what the public reads of an item."""
