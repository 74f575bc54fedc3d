"""The flow of counterclip, from a recording to a clip that may leave the building.

recording ─► transcript ─► flags ─► decisions ─► cut plan ─► approval ─► clip ─► bundle
 ingest       transcribe    check    review       plan        sign-off    cut     export

`pipeline` is the floor (nouns, errors, settings, store, ffmpeg, engines) and the roof
(`cli`, `commands`, `job`, `demo`). `review` is where people judge, `clips` makes what
leaves the building, `subtitles` turns words into cues for both.
"""
