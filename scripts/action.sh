#!/usr/bin/env bash
# The GitHub Action (action.yml): audits files, writes the verifier's card into the step's summary, and fails unless every
# condition of the gate holds. What the workflow gives comes in variables, and is never part of a program.
#
# PSTAR_BIN   a bin.js to run instead of the package from npm
set -uo pipefail

pstar() {
  if [ -n "${PSTAR_BIN:-}" ]; then node "$PSTAR_BIN" "$@"; else npx --yes "pstar@${PSTAR_VERSION:-latest}" "$@"; fi
}

files=()
while IFS= read -r file; do
  file="${file%$'\r'}"
  [ -n "${file//[[:space:]]/}" ] && files+=("$file")
done <<<"${PSTAR_FILES:-}"
if [ ${#files[@]} = 0 ]; then
  echo "::error::files must name at least one file"
  exit 2
fi

flags=()
for name in kept score threshold correct labels by true false missing; do
  variable="PSTAR_$(tr '[:lower:]' '[:upper:]' <<<"$name")"
  value="${!variable:-}"
  [ -n "$value" ] && flags+=("--$name=$value")
done
gate="below,${PSTAR_GATE:-slices}"

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
pstar audit "${flags[@]}" --gate="$gate" --format=json -- "${files[@]}" >"$folder/audit.json" 2>"$folder/log"
code=$?
cat "$folder/log" >&2

verdict=""
if [ -s "$folder/audit.json" ]; then
  read -r verdict labels <<<"$(node -e '
    const { verdict, counts } = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
    console.log(["below", "above", "inconclusive"].includes(verdict) ? verdict : "", Number(counts.audited));
  ' "$folder/audit.json")"
  # nothing passes that no one has looked at
  if [ "$code" = 0 ] && { [ "$verdict" != below ] || [ "${labels:-0}" = 0 ]; }; then code=1; fi
elif [ "$code" = 0 ]; then
  code=1
fi
echo "verdict=$verdict" >>"${GITHUB_OUTPUT:-/dev/null}"

{
  if [ -n "$verdict" ]; then
    pstar audit "${flags[@]}" ${PSTAR_DATE:+"--date=$PSTAR_DATE"} --format=card --quiet -- "${files[@]}"
  else
    echo "## Not judged"
  fi
  if [ "$code" = 0 ]; then
    echo
    echo "**The gate is passed.**"
  else
    echo
    echo "**The gate is not passed** (exit code $code)."
    echo
    # indented, it is code, whatever is in it
    sed 's/^/    /' "$folder/log"
  fi
} >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
exit "$code"
