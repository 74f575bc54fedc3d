// Reads a JSON list of WebVTT texts; prints, for each, the errors found and the number of cues seen.
const { readFileSync } = require("node:fs");
const { WebVTTParser } = require("webvtt-parser");

const judged = JSON.parse(readFileSync(process.argv[2], "utf8")).map((text) => {
  const { cues, errors } = new WebVTTParser().parse(text, "subtitles");
  return [errors, cues.length];
});
process.stdout.write(JSON.stringify(judged));
