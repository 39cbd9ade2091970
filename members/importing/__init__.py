"""Reading a directory from a spreadsheet, in clean rooms.

`findings` (what can be said of a row) ← `columns` (headers) ← `reading` (bytes to rows of text) ← `values` (text to
values) ← `judging` (a row to an entry, without the database). The database's part is `members.actions.imports`.
"""
