"""What was done and what was looked at, in a chain of hashes.

`log` writes one entry in the transaction of the action it tells of. Entries of an organisation are
numbered without gaps and each holds the hash of the one before, so that a removed or altered row
is found (`verify`). `looked_at` notes that someone saw personal data in full.
"""
