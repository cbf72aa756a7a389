# shellcheck shell=bash disable=SC2034,SC2154 # `status`, `out` and the rest are the tests' own
# What the shell tests share: checks that say both sides, a clean copy, the loop.

failures=0
skipped=0

wrong() {
  printf '    wrong: %s\n' "$1"
  failed=yes
}

want_status() {
  if [ "$status" != "$1" ]; then
    wrong "exit code $status, wanted $1, in line ${BASH_LINENO[0]}; it said:"
    printf '%s\n' "$out" | sed 's/^/        /'
  fi
}

want_text() {
  case $out in
  *"$1"*) ;;
  *)
    wrong "no \`$1\`, in line ${BASH_LINENO[0]}; it said:"
    printf '%s\n' "$out" | sed 's/^/        /'
    ;;
  esac
}

want_same() { # HAVE WANT
  if [ "$1" != "$2" ]; then
    wrong "in line ${BASH_LINENO[0]}, have and want differ:"
    diff <(printf '%s\n' "$2") <(printf '%s\n' "$1") | sed 's/^/        /'
  fi
}

# A test that could not run. With CI=true that is a failure.
skip() {
  printf '    SKIPPED: %s\n' "$1"
  skipped=$((skipped + 1))
  if [ "${CI-}" = true ]; then wrong 'nothing may be skipped with CI=true'; fi
}

# The files of the working tree that git would keep, uncommitted ones included.
copy_tree() { # FROM TO
  mkdir -p "$2"
  if [ -e "$1/.git" ]; then
    (cd "$1" && git ls-files -z --cached --others --exclude-standard |
      while IFS= read -r -d '' file; do if [ -e "$file" ]; then printf '%s\0' "$file"; fi; done |
      xargs -0 tar -cf - --) | tar -xf - -C "$2"
  else
    tar -cf - -C "$1" --exclude ./target --exclude ./.git --exclude node_modules . | tar -xf - -C "$2"
  fi
}

# In front of a command: no terminal to ask on.
without_tty=()
if command -v setsid >/dev/null; then without_tty=(setsid -w); fi

# A clean copy at a place of its own, the same each time so that cargo need not
# compile what did not change. Prints where it is.
clean_clone() { # REPOSITORY
  local place="${CARGO_TARGET_DIR:-$1/target}/clean/a clone"
  rm -rf "$place"
  copy_tree "$1" "$place" && printf '%s\n' "$place"
}

# Runs a command in a folder as a new user would: an empty environment but for
# the tools, nobody logged in, no terminal. Builds are quick ones.
as_a_new_user() { # HOME FOLDER COMMAND...
  local cargo path="${NEW_USER_PATH:+$NEW_USER_PATH:}/usr/local/bin:/usr/bin:/bin"
  if cargo=$(type -P cargo); then path=${cargo%/*}:$path; fi
  (
    cd "$2" || exit 1
    ${without_tty[@]+"${without_tty[@]}"} env -i HOME="$1" PATH="$path" \
      CARGO_HOME="${CARGO_HOME:-$HOME/.cargo}" RUSTUP_HOME="${RUSTUP_HOME:-$HOME/.rustup}" \
      RUSTFLAGS="${RUSTFLAGS-}" CARGO_TARGET_DIR="${2%/*}/target" \
      CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
      "${@:3}" </dev/null
  )
}

# Runs every function `test_*`, or those whose name holds one of the words given.
run_tests() {
  local name word wanted count=0
  for name in $(compgen -A function test_); do
    wanted=$([ $# = 0 ] && echo yes)
    for word in "$@"; do case $name in *"$word"*) wanted=yes ;; esac; done
    [ "$wanted" = yes ] || continue
    count=$((count + 1))
    failed=no
    before_each "$name"
    "$name"
    if [ "$failed" = yes ]; then
      failures=$((failures + 1))
      printf 'FAILED  %s\n' "$name"
    else
      printf 'ok      %s\n' "$name"
    fi
  done
  printf '%s tests, %s failed, %s skipped\n' "$count" "$failures" "$skipped"
  [ "$count" -gt 0 ] && [ "$failures" = 0 ]
}
