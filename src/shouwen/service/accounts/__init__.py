"""Who logs in.

A user is a name, a password and second factors, and belongs to one organisation. Who that is (name,
phone, posts) is a `Person` behind the wall. Users are outside it, since a login must be looked
up before it is known which organisation to enter.
"""
