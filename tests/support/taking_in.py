"""Takes files in, one after the other in one process, and prints what became of each: `WORKSPACE FILE...`.

`counterclip ingest` starts a process for each of them, which takes minutes for forty.
"""

import json
import sys
from pathlib import Path

from pipeline.errors import PipelineError
from pipeline.ingest import Request
from pipeline.jobs.ingest import Outcome, current_checklist, ingest_file
from pipeline.workspace import find_workspace


def main(home: str, *files: str) -> None:
    workspace = find_workspace(Path(home), Path(home))
    checklist = current_checklist(workspace)
    for path in map(Path, files):
        try:
            made = ingest_file(workspace, checklist, None, None, lambda *_: None, Request(path, language="en"))
        except PipelineError as problem:
            made = Outcome(path, problem)
        print(json.dumps(made.as_json()), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
