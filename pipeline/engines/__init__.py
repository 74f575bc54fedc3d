"""One module per engine, loaded by name from the table in `pipeline.transcribe`."""
