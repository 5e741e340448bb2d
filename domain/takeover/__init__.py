"""Taking over an existing list: whose columns mean what, which rows are entries, what is wrong.

Read `columns` (matched by meaning), `entries` (what a row says), `findings` (what is wrong with
it), `near` (what may be the same item), `rows` (the plan, and recording it whole).
"""

from domain.takeover.rows import *
