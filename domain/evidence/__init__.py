"""What lets an outsider see that nothing recorded was changed since: records, tree, heads, notes.

Pure arithmetic over bytes, after RFC 9162 and C2SP. The exact formats stand in
docs/evidence/formats.md, with vectors beside it for whoever writes a verifier of his own.
"""
