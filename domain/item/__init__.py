"""An information item (informasi yang dikecualikan), from proposal to opening.

Read `facts` (what can happen), `state` (what we then know), `rules` (what the law asks),
`decisions` (what may be done). There is no way to change an end date: a longer or other
protection is a new test and a new decree (PP 61/2010 Ps 10), see `domain.decree`.
"""

from domain.item.decisions import *
from domain.item.facts import *
from domain.item.rules import *
from domain.item.state import *
