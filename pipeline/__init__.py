"""The flow of counterclip, from a recording to a clip that may leave the building.

recording ─► transcript ─► flags ─► decisions ─► cut plan ─► approval ─► clip ─► bundle
 ingest       transcribe    check    review       plan        sign-off    cut     export

`pipeline` is the floor (nouns, errors, settings, store, ffmpeg, engines) and the roof
(`cli`, `commands`, `job`, `demo`). `review` is where people judge, `clips` makes what
leaves the building, `subtitles` turns words into cues for both.
"""

import os

# onnxruntime's wheels report each process, its command line read, to their maker as soon as they are imported; this
# switch is read then, so it is set here, before anything of ours can import them
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = os.environ["DO_NOT_TRACK"] = "1"
