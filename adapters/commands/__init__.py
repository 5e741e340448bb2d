"""The command line, a module per subject: what is asked for, and how the answer is told.

A command translates and decides nothing, as a route does not. `call` is what all have in common;
`sidik.py` hands in what adapters do not know, and tells in which order the commands are listed.
"""
