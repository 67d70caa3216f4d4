#!/usr/bin/env bash
# The tests of the docker provider: .ci/docker.sh RESULT.json
# They need a Docker engine that they may use as they like. With LOADKIT_TEST_TOOLS (default: ../shared/tools beside the
# clone) such an engine is brought up in a network namespace of its own, with images that stand in for those of
# docker-compose.yml, and ended again if it was down before. Exits as the tests do; 0 with a line that says 미실시 when there is no such engine.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
result=${1:-$PWD/.vitest-docker-result.json}
tools=${LOADKIT_TEST_TOOLS:-../shared/tools}
rm -f "$result"

if [ ! -x "$tools/docker-engine/docker-engine" ]; then
  echo "미실시 (not run): the docker provider, without $tools/docker-engine"
  exit 0
fi

# The images take over the modes of these files, and must be able to write into what they copy.
copy=$(mktemp -d)
cp -r "$tools/." "$copy" && chmod -R u+w "$copy" || exit 1
# Another recipe is another image: one that was made from files without write bits is not taken.
echo '# copied with write bits' >>"$copy/docker-engine/stand-ins/kafka/recipe.sh"
engine=$copy/docker-engine/docker-engine

"$engine" status >/dev/null 2>&1
was_up=$?
clean_up() {
  [ "$was_up" = 0 ] || "$engine" down
  rm -rf "$copy"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

if ! "$engine" up || ! "$engine" images docker-compose.yml; then
  echo '미실시 (not run): the docker provider, its engine could not be brought up here'
  exit 0
fi
LOADKIT_TEST_DOCKER=1 "$engine" run -- npx vitest run --project docker \
  --reporter=default --reporter=json --outputFile.json="$result"
