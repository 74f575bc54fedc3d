"""What leaves the building: cut plan → redaction → filter graph → render → verification."""
