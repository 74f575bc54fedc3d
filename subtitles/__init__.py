"""Words on the clip's clock become cues, and cues become files.

words of the plan ─► cues ─► SRT, VTT, ASS
clipwords            cues     formats, ass
                      └► quality says which guideline a cue breaks, with figure and limit
"""
