#!/bin/sh
# `npm start`: watches this host where that is possible, else replays the sample, and says which of the two it does.
# Further arguments are flags of saker: npm start -- -o json_output=true. Ctrl-C ends it.

cd "$(dirname "$0")/.." || exit 1
rules=rules/saker_rules.yaml
sample=samples/story.scap

if verdict=$(bin/saker doctor --short); then
  printf '%s\n' "$verdict" "Watching this host with $rules. Ctrl-C ends it." >&2
  exec bin/saker -r "$rules" "$@"
fi
printf '%s\n' ${verdict:+"$verdict"} "Replaying $sample instead, a recorded intrusion." >&2
exec bin/saker -r "$rules" -o engine.kind=replay -o engine.replay.capture_file="$sample" "$@"
