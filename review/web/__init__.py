"""The review pages: where people read, listen, decide and sign. Started by `counterclip review`."""
