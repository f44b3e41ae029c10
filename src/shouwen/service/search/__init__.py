"""Finding things by phone, name, address, number and the words of a matter, in Chinese too.

PostgreSQL does not know where Chinese words end, so text is cut into words by jieba before it is
stored as a `tsvector`, and a query is cut the same way. Digits are also found by their last four,
as people say them on the phone.
"""
