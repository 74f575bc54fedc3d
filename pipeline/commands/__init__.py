"""One short file per command: parse, call, print, exit. Decisions are made elsewhere."""
