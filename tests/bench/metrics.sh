#!/usr/bin/env bash
# How long `deming metrics` takes on a history of 20,000 commits, as a multiple
# of the bare `git log --numstat` pass over the same history.
#
#   tests/bench/metrics.sh DEMING [FOLDER]
#
# DEMING is a release build. FOLDER keeps the generated histories for the next
# run; without it they go away. COMMITS and RUNS change the size and the number
# of runs, of which the fastest counts.
#
#   plain    TypeScript, Go, documents, lock files, a merge in twenty commits
#   inline   the same with half of the files in Rust, tests inside the product
set -euo pipefail

if [ $# = 0 ]; then
  sed -n '2,14s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
deming=$(realpath "$1")
commits=${COMMITS:-20000}
runs=${RUNS:-5}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
folder=${2:-$scratch/histories}
mkdir -p "$folder"
export HOME=$scratch GIT_CONFIG_NOSYSTEM=1

# A `git fast-import` stream; the same for the same arguments.
history() { # COMMITS RUST_PERCENT
  awk -v commits="$1" -v rust="$2" '
    function random(bound) { seed = (seed * 16807) % 2147483647; return seed % bound }
    function text(i) {
      return "    let value_" random(1000) " = compute(" random(100000) ", \"" random(26) "\") + " i ";"
    }
    function start(file,    i, n) {
      n = 60 + random(200)
      for (i = 1; i <= n; i++) line[file, i] = text(i)
      if (name[file] ~ /\.rs$/) {
        line[file, 1] = "pub fn product(a: u32) -> u32 {"
        line[file, int(n / 2)] = "}"
        line[file, int(n / 2) + 1] = "#[cfg(test)]"
        line[file, int(n / 2) + 2] = "mod tests {"
        line[file, n] = "}"
      }
      lines[file] = n
    }
    function edit(file,    at, count, i, n) {
      n = lines[file]; at = 2 + random(n - 2); count = 1 + random(8)
      if (n > 260) {
        # Away with lines that hold no brace, so that the file stays whole.
        for (i = at; i < at + count && i < n; i++) if (line[file, i] ~ /^    let/) line[file, i] = ""
        n = 0
        for (i = 1; i <= lines[file]; i++) if (line[file, i] != "") line[file, ++n] = line[file, i]
        lines[file] = n
      } else {
        for (i = n; i >= at; i--) line[file, i + count] = line[file, i]
        for (i = at; i < at + count; i++) line[file, i] = text(i)
        lines[file] = n + count
      }
    }
    function write_file(file,    i, body) {
      body = ""
      for (i = 1; i <= lines[file]; i++) body = body line[file, i] "\n"
      printf "M 100644 inline %s\ndata %d\n%s\n", name[file], length(body), body
    }
    function commit(branch, parent, merged) {
      mark++
      printf "commit refs/heads/%s\nmark :%d\ncommitter Ada <ada@host.example> %d +0000\ndata 7\nChange\n\n", branch, mark, 1500000000 + mark * 60
      if (parent) printf "from :%d\n", parent
      if (merged) printf "merge :%d\n", merged
      return mark
    }
    BEGIN {
      seed = 42
      kinds = split("web/src/m%.ts web/tests/m%.test.ts pkg/m%.go pkg/m%_test.go docs/p%.md web/m%/package-lock.json", kind, " ")
      files = 80
      for (f = 1; f <= files; f++) {
        name[f] = random(100) < rust ? "crates/m%/src/lib.rs" : kind[1 + random(kinds)]
        sub(/%/, f, name[f])
        start(f)
      }
      tip = commit("main", 0, 0)
      for (f = 1; f <= files; f++) write_file(f)
      while (mark < commits) {
        if (random(20) == 0) {
          # A branch that changes the upper half of the files, merged cleanly.
          side = tip; other = 1 + files / 2 + random(files / 2)
          edit(other); side = commit("side", side, 0); write_file(other)
          below = 1 + random(files / 2)
          edit(below); tip = commit("main", tip, 0); write_file(below)
          tip = commit("main", tip, side); write_file(other)
        } else {
          tip = commit("main", tip, 0)
          for (n = 1 + random(3); n > 0; n--) { f = 1 + random(files); edit(f); write_file(f) }
        }
      }
    }'
}

repository() { # NAME RUST_PERCENT
  local path=$folder/$1-$commits
  if [ ! -d "$path" ]; then
    echo "generating $1: $commits commits" >&2
    rm -rf "$path.new"
    git init -q --bare --template= -b main "$path.new"
    history "$commits" "$2" | git -C "$path.new" fast-import --quiet
    git -C "$path.new" repack -adfq
    mv "$path.new" "$path"
  fi
  cd "$path"
}

# The least elapsed time and the least processor time, in seconds; on a busy
# machine the second says more.
fastest() { # COMMAND...
  local run
  for ((run = 0; run < runs; run++)); do
    { TIMEFORMAT='%3R %3U %3S'; time "$@" >/dev/null; } 2>&1
  done | awk '
    NR == 1 || $1 < elapsed { elapsed = $1 }
    NR == 1 || $2 + $3 < processor { processor = $2 + $3 }
    END { print elapsed, processor }'
}

bare() { git log -z -M --numstat --format=%H HEAD; }

measure() { # NAME RUST_PERCENT TARGET
  local pass own
  repository "$1" "$2"
  "$deming" metrics >/dev/null # the files are in memory from here on
  pass=$(fastest bare)
  own=$(fastest "$deming" metrics)
  awk -v name="$1" -v pass="$pass" -v own="$own" -v target="$3" 'BEGIN {
    split(pass, a, " "); split(own, b, " "); ratio = b[1] / a[1]
    printf "%-7s git log --numstat %5.2f s   deming metrics %5.2f s   %.2f times, at most %s: %s   (processor %.2f and %.2f s, %.2f times)\n",
      name, a[1], b[1], ratio, target, ratio <= target ? "met" : "missed", a[2], b[2], b[2] / a[2]
  }'
}

measure plain 0 1.25
measure inline 50 1.7
