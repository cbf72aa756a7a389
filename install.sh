#!/bin/sh
# Installs Deming for this user: the helper, a link for terminals, the plugin.
# It writes below $HOME/.local, and cargo below target/ in this folder. Claude
# Code's own files are edited by `claude`, and said before; no other is touched.
# shellcheck disable=SC2016 # backticks in messages mark names, as everywhere in Deming
set -eu
umask 022

min_codex=0.122.0
min_cargo=1.89.0
# What Claude Code loads. The copy keeps build folders out of its plugin cache
# and goes on working when this folder is moved or deleted.
plugin_parts='.claude-plugin LICENSE README.md bin commands examples hooks install.sh plugin.json'

usage() {
  cat <<'END'
Installs Deming: the helper `deming` and, where Claude Code is there, its plugin.

Usage: ./install.sh [OPTIONS]

  --try              then review the sample plan: you see findings at once
  --no-plugin        install the helper alone, leave Claude Code as it is
  --from-release     take the released helper, with a checked SHA-256, and build
                     nothing (what happens anyway where cargo is missing)
  --release-url URL  take it from there: https://..., or file:///... (a mirror)
  --helper-dir DIR   take `deming` and `deming-hook` from DIR
  --uninstall        remove what this script made; logs and settings stay
  --help             this text

What it makes, and nothing else:
  ~/.local/lib/deming/VERSION/   the helper, and the plugin for Claude Code
  ~/.local/bin/deming            a link to the helper, for your terminal
  target/ in this clone          what cargo builds, kept for the next build
Cargo keeps the sources of libraries in ~/.cargo, and Claude Code notes the plugin
in ~/.claude/settings.json and ~/.claude/plugins.

Run it again at any time: what is already right is left alone.

  ./install.sh --try          the first time
  ./install.sh                after `git pull`
  ./install.sh --uninstall    when you have had enough

No plan of yours leaves this machine here. Building downloads the crates that
Cargo.lock pins; --try shows you what Codex would get, and asks.

Exit codes: 0 done (whatever the sample review found), 2 wrong option, 3 something
is missing (the last lines say what to do), 130 Ctrl-C.
END
}

say() { printf '%s\n' "$*"; }
advise() { printf '    %s\n' "$*"; }

# What went wrong, then one line for each thing to do about it.
fail() {
  printf 'install.sh: %s\n' "$1" >&2
  shift
  for hint in "$@"; do printf '    %s\n' "$hint" >&2; done
  exit 3
}

wrong_option() {
  printf 'install.sh: %s\n    ./install.sh --help lists what there is\n' "$1" >&2
  exit 2
}

main() {
  source=auto release_url='' helper_dir='' with_plugin=yes with_try=no action=install
  while [ $# -gt 0 ]; do
    case $1 in
    --try) with_try=yes ;;
    --no-plugin) with_plugin=no ;;
    --from-release) source=release ;;
    --release-url)
      [ $# -gt 1 ] || wrong_option '--release-url needs a URL'
      source=release release_url=$2
      shift
      ;;
    --helper-dir)
      [ $# -gt 1 ] || wrong_option '--helper-dir needs a folder'
      source=folder helper_dir=$2
      shift
      ;;
    --uninstall) action=uninstall ;;
    --help | -h)
      usage
      exit 0
      ;;
    *) wrong_option "unknown option \`$1\`" ;;
    esac
    shift
  done

  [ "$action:$with_try" != uninstall:yes ] ||
    wrong_option '--try installs and --uninstall takes away: one of them'

  case ${HOME-} in
  /*) [ -d "$HOME" ] || fail "the home folder \`$HOME\` does not exist" ;;
  *) fail 'HOME is not an absolute path' 'Set HOME to your home folder and run this again' ;;
  esac
  root=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
  lib=$HOME/.local/lib/deming
  link=$HOME/.local/bin/deming
  changed=no trouble=no target='' ticker='' plugin_ready=no
  work=$(mktemp -d "${TMPDIR:-/tmp}/deming-install.XXXXXX")
  trap 'stop_ticker; rm -rf "$work" ${target:+"$target/.new.$$"}' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM

  case $action in
  install) install_all ;;
  uninstall) uninstall_all ;;
  esac
}

install_all() {
  version=$(manifest_field version)
  [ -n "$version" ] || fail "no version in \`$root/plugin.json\`"
  target=$lib/$version
  say "Deming $version, for $HOME"

  find_helper
  check_helper
  mkdir -p "$target"
  put_program deming
  put_program deming-hook
  put_link

  check_codex
  if [ "$with_plugin" = yes ]; then
    put_plugin
    register_plugin
  fi

  if [ "$changed" = yes ]; then
    say 'Installed'
  else
    say 'Nothing to change: all of it was already in place'
  fi
  if [ "$with_try" = yes ]; then
    try_sample
  else
    advise 'Check at any time: deming doctor'
  fi
  [ "$trouble" = no ] || exit 3
}

# One line of our own manifest; a test holds its layout.
manifest_field() {
  sed -n "s/^ *\"$1\": *\"\\([^\"]*\\)\".*/\\1/p" "$root/plugin.json"
}

# --- where the helper comes from ---------------------------------------------

# Leaves the folder with both programs in $found.
find_helper() {
  case $source in
  folder)
    [ -d "$helper_dir" ] || fail "no folder \`$helper_dir\`"
    found=$(CDPATH='' cd -- "$helper_dir" && pwd)
    say "Helper: from $found"
    ;;
  release) fetch_release ;;
  auto)
    if can_build; then
      build_helper
    elif have_release_place; then
      say "Helper: $why_no_build, so the released one"
      fetch_release
    else
      fail "cannot get the helper: $why_no_build, and this copy names no place with releases" \
        'Install Rust from https://rustup.rs, open a new terminal and run this again' \
        'or: ./install.sh --helper-dir DIR with a `deming` and a `deming-hook` that you built elsewhere'
    fi
    ;;
  esac
}

can_build() {
  if [ ! -f "$root/Cargo.lock" ]; then
    why_no_build='this folder has no sources'
    return 1
  fi
  if ! command -v cargo >/dev/null 2>&1; then
    why_no_build='cargo was not found'
    return 1
  fi
  cargo_version=$(cd "$root" && cargo --version 2>/dev/null | sed -n 's/^cargo \([0-9][0-9.]*\).*/\1/p')
  if ! at_least "${cargo_version:-0}" "$min_cargo"; then
    why_no_build="cargo is ${cargo_version:-of an unknown version} and $min_cargo is needed (rustup update)"
    return 1
  fi
}

build_helper() {
  # A plugin cache is no place for build files; a clone keeps them for next time.
  if [ -n "${CARGO_TARGET_DIR-}" ]; then
    built=$CARGO_TARGET_DIR
  elif [ -e "$root/.git" ]; then
    built=$root/target
  else
    built=$work/target
  fi
  case $built in /*) ;; *) built=$PWD/$built ;; esac
  before=$(sums_of_built)
  if [ -n "$before" ]; then
    say "Helper: up to date? cargo $cargo_version looks; a rebuild takes minutes"
  else
    say "Helper: building with cargo $cargo_version; 2 to 20 minutes the first time,"
    advise 'the last two parts take as long as all others together'
  fi
  quiet=''
  if [ ! -t 2 ]; then
    quiet=--quiet
    start_ticker
  fi
  (
    unset CARGO_BUILD_TARGET
    cd "$root" && cargo build --release --locked ${quiet:+"$quiet"} --target-dir "$built" -p deming -p deming-hook
  ) ||
    fail 'cargo could not build the helper; its own words are above' \
      'The first build needs the network (crates.io) and a C linker (Debian: apt-get install build-essential; macOS: xcode-select --install)' \
      'or take the released helper: ./install.sh --from-release'
  stop_ticker
  found=$built/release
  if [ "$(sums_of_built)" = "$before" ]; then
    say 'Helper: up to date'
  else
    say 'Helper: built'
  fi
}

# Nothing where one of the two is missing.
sums_of_built() {
  if [ -f "$built/release/deming" ] && [ -f "$built/release/deming-hook" ]; then
    cksum "$built/release/deming" "$built/release/deming-hook"
  fi
}

# A line a minute, where cargo has no terminal to show its progress on.
start_ticker() {
  (
    trap - EXIT INT TERM
    ticks=0
    # Short sleeps: one that outlives its shell is soon gone. Not our stdout: a
    # pipe would stay open with it.
    while sleep 5 >/dev/null 2>&1 && kill -0 $$ 2>/dev/null; do
      ticks=$((ticks + 1))
      [ $((ticks % 12)) -ne 0 ] || say "Helper: cargo still builds, after $((ticks / 12)) min"
    done
  ) &
  ticker=$!
}

stop_ticker() {
  [ -n "$ticker" ] || return 0
  kill "$ticker" 2>/dev/null || :
  wait "$ticker" 2>/dev/null || :
  ticker=''
}

have_release_place() {
  [ -n "$release_url" ] && return 0
  repository=$(manifest_field repository)
  case $repository in
  '' | */OWNER/*) return 1 ;;
  esac
}

fetch_release() {
  have_release_place ||
    fail 'this copy names no place with releases (`repository` in plugin.json)' \
      'Give one: ./install.sh --release-url https://...' 'or build: ./install.sh'
  base=${release_url:-$repository/releases/download/v$version}
  base=${base%/}
  asset=deming-$version-$(platform).tar.gz
  say "Helper: $base/$asset"
  fetch "$base/$asset" "$work/$asset"
  fetch "$base/$asset.sha256" "$work/wanted"
  wanted=$(sed -n '1s/^\([0-9a-fA-F]\{64\}\)\([[:space:]].*\)*$/\1/p' "$work/wanted" | tr 'A-F' 'a-f')
  [ -n "$wanted" ] || fail "no SHA-256 in \`$base/$asset.sha256\`; nothing was installed"
  choose_sha256
  # shellcheck disable=SC2086 # a command and its options
  have=$($sha256 <"$work/$asset" | cut -d ' ' -f 1)
  [ "$have" = "$wanted" ] ||
    fail "the SHA-256 of $asset is wrong; nothing was installed" "wanted $wanted" "have   $have" \
      'Try again; if it stays wrong, do not trust that place: build it with ./install.sh'
  mkdir "$work/release"
  tar -xzf "$work/$asset" -C "$work/release" deming deming-hook ||
    fail "$asset does not hold \`deming\` and \`deming-hook\`; nothing was installed"
  found=$work/release
  say "Helper: SHA-256 checked, $have"
}

platform() {
  case $(uname -s):$(uname -m) in
  Linux:x86_64 | Linux:amd64) echo x86_64-unknown-linux-musl ;;
  Linux:aarch64 | Linux:arm64) echo aarch64-unknown-linux-musl ;;
  Darwin:arm64) echo aarch64-apple-darwin ;;
  Darwin:x86_64) echo x86_64-apple-darwin ;;
  *) fail "no release for $(uname -s) on $(uname -m)" 'Build it: install Rust from https://rustup.rs, then ./install.sh' ;;
  esac
}

fetch() {
  case $1 in
  file:///*)
    cp -- "${1#file://}" "$2" || fail "cannot read \`$1\`"
    return
    ;;
  https://* | http://127.0.0.1:* | http://localhost:*) ;;
  *) fail "will not fetch \`$1\`: only https:// and file:/// are taken" ;;
  esac
  if command -v curl >/dev/null 2>&1; then
    curl --fail --silent --show-error --location --proto-redir '=https' --max-time 300 --output "$2" -- "$1"
  elif command -v wget >/dev/null 2>&1; then
    wget -q -O "$2" -- "$1"
  else
    fail 'neither curl nor wget was found' 'Install one of them and run this again'
  fi || fail "cannot fetch \`$1\`" 'Is the network there, and is this version released? Building needs neither: ./install.sh'
}

choose_sha256() {
  if command -v sha256sum >/dev/null 2>&1; then
    sha256=sha256sum
  elif command -v shasum >/dev/null 2>&1; then
    sha256='shasum -a 256'
  elif command -v openssl >/dev/null 2>&1; then
    sha256='openssl dgst -sha256 -r'
  else
    fail 'none of sha256sum, shasum and openssl was found, so the download cannot be checked' \
      'Install one of them and run this again'
  fi
}

check_helper() {
  for program in deming deming-hook; do
    if [ ! -f "$found/$program" ] || [ ! -x "$found/$program" ]; then
      fail "no program \`$found/$program\`"
    fi
  done
  says=$("$found/deming" --version 2>/dev/null </dev/null) ||
    fail "the helper \`$found/deming\` does not run on this machine" 'Build it here: install Rust from https://rustup.rs, then ./install.sh'
  [ "$says" = "deming $version" ] ||
    fail "the helper \`$found/deming\` says \`$says\`, but this is version $version" 'Take the helper of the same version, or build it: ./install.sh'
}

# --- what is put where -------------------------------------------------------

# Whole or not at all: a helper that runs meanwhile keeps its old file.
put_program() {
  if [ -x "$target/$1" ] && cmp -s "$found/$1" "$target/$1"; then
    return
  fi
  mkdir -p "$target/.new.$$"
  cp -- "$found/$1" "$target/.new.$$/$1"
  chmod 755 "$target/.new.$$/$1"
  mv -f -- "$target/.new.$$/$1" "$target/$1"
  changed=yes
  say "Helper: $target/$1"
}

link_is_ours() {
  [ -L "$link" ] || return 1
  case $(readlink "$link") in "$lib"/*) return 0 ;; esac
  return 1
}

put_link() {
  if link_is_ours; then
    if [ "$(readlink "$link")" != "$target/deming" ]; then
      ln -sf "$target/deming" "$link"
      changed=yes
      say "Terminal: $link now starts version $version"
    fi
  elif [ -e "$link" ] || [ -L "$link" ]; then
    say "Terminal: $link is not ours and stays as it is"
    advise "The helper is $target/deming"
    return
  else
    mkdir -p "$HOME/.local/bin"
    ln -s "$target/deming" "$link"
    changed=yes
    say "Terminal: $link"
  fi
  case :$PATH: in
  *":$HOME/.local/bin:"*)
    first=$(command -v deming || :)
    [ "$first" = "$link" ] || advise "Your PATH finds another \`deming\` first: $first"
    ;;
  *)
    advise 'Not on your PATH yet; add this line to your shell profile:'
    advise 'export PATH="$HOME/.local/bin:$PATH"'
    ;;
  esac
}

put_plugin() {
  plugin=$target/plugin
  [ "$root" != "$plugin" ] || return 0
  mkdir "$work/plugin"
  for part in $plugin_parts; do
    [ ! -e "$root/$part" ] || cp -R -- "$root/$part" "$work/plugin/$part"
  done
  # An archive that was unpacked without its modes has lost these.
  chmod 755 "$work/plugin/install.sh" "$work/plugin/bin/"*
  if [ -d "$plugin" ] && diff -r "$work/plugin" "$plugin" >/dev/null 2>&1; then
    return 0
  fi
  mkdir -p "$target/.new.$$"
  cp -R -- "$work/plugin" "$target/.new.$$/plugin"
  [ ! -e "$plugin" ] || mv -- "$plugin" "$target/.new.$$/old"
  mv -- "$target/.new.$$/plugin" "$plugin"
  changed=yes
  say "Plugin: $plugin"
}

# --- the two clients ---------------------------------------------------------

# True when version $1 is $2 or later, by three numbers.
at_least() {
  awk -v have="$1" -v want="$2" 'BEGIN {
    split(have, h, "."); split(want, w, ".")
    for (i = 1; i <= 3; i++) if (h[i] + 0 != w[i] + 0) exit !(h[i] + 0 > w[i] + 0)
    exit 0
  }'
}

check_codex() {
  codex_ready=no
  codex_why='is not installed' codex_cure='`npm install -g @openai/codex` and `codex login`'
  if ! command -v codex >/dev/null 2>&1; then
    say 'Codex: not found; plans are read by the offline reviewer alone'
    advise 'To have Codex review: npm install -g @openai/codex, then: codex login'
    return
  fi
  codex_version=$(codex --version 2>/dev/null </dev/null | sed -n 's/^codex-cli \([0-9][0-9.]*\).*/\1/p')
  if ! at_least "${codex_version:-0}" "$min_codex"; then
    say "Codex: version ${codex_version:-unknown}, and $min_codex or later is needed"
    advise 'Update it: npm install -g @openai/codex'
    codex_why='is too old'
  elif [ -n "${CODEX_API_KEY-}" ] || codex login status >/dev/null 2>&1 </dev/null; then
    say "Codex: version $codex_version, logged in"
    codex_ready=yes
  else
    say "Codex: version $codex_version, not logged in"
    advise 'Log in: codex login'
    codex_why='is not logged in' codex_cure='`codex login`'
  fi
}

# `claude`, without the traffic that is not needed for this.
claude_quietly() {
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 DISABLE_AUTOUPDATER=1 claude "$@" </dev/null
}

# The folder or address that the marketplace `deming` comes from, if there is one.
registered_from() {
  claude_quietly plugin marketplace list --json 2>/dev/null |
    awk 'BEGIN { RS = "}" } /"name": *"deming"/' |
    sed -n -e 's/^ *"path": *"\(.*\)",\{0,1\}$/\1/p' -e 's/^ *"repo": *"\(.*\)",\{0,1\}$/\1/p' -e 's/^ *"url": *"\(.*\)",\{0,1\}$/\1/p' |
    head -n 1
}

register_plugin() {
  if ! command -v claude >/dev/null 2>&1; then
    say 'Claude Code: not found; the helper works in a terminal without it'
    advise 'To use the plugin: npm install -g @anthropic-ai/claude-code, then run this again'
    return
  fi
  say "Claude Code: $(claude_quietly --version 2>/dev/null | head -n 1)"
  from=$(registered_from)
  installed=no
  claude_quietly plugin list --json 2>/dev/null | grep -q '"id": *"deming@deming"' && installed=yes
  case $from in
  "$plugin")
    if [ "$installed" = yes ]; then
      plugin_ready=yes
      say 'Claude Code: the plugin is registered already'
      return
    fi
    ;;
  '' | "$lib"/*) ;;
  *)
    plugin_ready=$installed
    say "Claude Code: has Deming from \`$from\` already, which stays as it is"
    advise "To use this copy instead: claude plugin marketplace add \"$plugin\""
    return
    ;;
  esac
  say 'Claude Code: registering the plugin; `claude` writes this into its own settings'
  advise "claude plugin marketplace add \"$plugin\""
  advise 'claude plugin install deming@deming'
  if ! { claude_quietly plugin marketplace add "$plugin" && claude_quietly plugin install deming@deming; } >"$work/claude" 2>&1; then
    sed 's/^/    claude: /' "$work/claude"
    say 'Claude Code: did not take the plugin; the helper is installed all the same'
    advise 'Run the two lines above by hand, or leave the plugin out: ./install.sh --no-plugin'
    trouble=yes
    return
  fi
  if [ "$installed" = yes ]; then
    claude_quietly plugin update deming@deming >/dev/null 2>&1 || :
  fi
  changed=yes plugin_ready=yes
  say 'Claude Code: done; restart it where it runs, then type /refine-plan-codex'
}

# --- a first review ----------------------------------------------------------

has_terminal() { (: </dev/tty) 2>/dev/null; }

review_sample() {
  status=0
  (cd "$root" && "$target/deming" review examples/sample-plan.md --reviewer "$1") || status=$?
}

try_sample() {
  [ -f "$root/examples/sample-plan.md" ] || fail "no \`$root/examples/sample-plan.md\` to review"
  reviewer=offline
  if [ "$codex_ready" = yes ]; then
    if has_terminal; then
      reviewer=codex
    else
      say 'Codex could review this, but there is no terminal to ask you on, so nothing is sent'
    fi
  fi
  say
  say "$ deming review examples/sample-plan.md --reviewer $reviewer"
  review_sample "$reviewer"
  case $reviewer:$status in
  codex:3 | codex:4 | codex:5)
    say
    say 'No review by Codex (see above), so the offline reviewer reads the plan'
    say
    say '$ deming review examples/sample-plan.md --reviewer offline'
    review_sample offline
    ;;
  esac
  # 1 is what a review with findings ends with, and findings are what --try is for.
  case $status in
  0 | 1) ;;
  *) fail "the sample review ended with exit code $status" 'Ask the helper what is wrong: deming doctor' ;;
  esac
  say
  if [ "$codex_ready" != yes ]; then
    say "Codex $codex_why, so the built-in lint reviewed this."
    say "For a second model's judgement: $codex_cure, then \`./install.sh --try\` again"
  fi
  say_next
}

# Names only what works on this machine as it is now.
say_next() {
  if [ "$(command -v deming || :)" = "$link" ] && link_is_ours; then
    next=deming
  elif link_is_ours; then
    next=$link
  else
    next=$target/deming
  fi
  case $next in *[!A-Za-z0-9_./-]*) next="\"$next\"" ;; esac
  next="$next review YOUR-PLAN.md"
  [ "$codex_ready" = yes ] || next="$next --reviewer offline"
  [ "$plugin_ready" = no ] || next="$next, or /refine-plan-codex in Claude Code"
  say "Next: $next"
}

# --- and away again ----------------------------------------------------------

uninstall_all() {
  if [ "$with_plugin" = yes ] && command -v claude >/dev/null 2>&1; then
    from=$(registered_from)
    case $from in
    "$lib"/*)
      say 'Claude Code: taking the plugin out; `claude` edits its own settings'
      claude_quietly plugin uninstall deming@deming --keep-data --yes >"$work/claude" 2>&1 || :
      claude_quietly plugin marketplace remove deming >>"$work/claude" 2>&1 || {
        sed 's/^/    claude: /' "$work/claude" >&2
        fail 'Claude Code did not let go of the plugin; nothing else was removed' \
          'By hand: claude plugin uninstall deming@deming; claude plugin marketplace remove deming' \
          'then: ./install.sh --uninstall --no-plugin'
      }
      changed=yes
      ;;
    '') ;;
    *) say "Claude Code: has Deming from \`$from\`, which this script did not make; it stays" ;;
    esac
  fi
  if link_is_ours; then
    rm -f -- "$link"
    changed=yes
    say "Removed $link"
  elif [ -e "$link" ] || [ -L "$link" ]; then
    say "$link is not ours and stays"
  fi
  for folder in "$lib"/*/; do
    folder=${folder%/}
    if [ ! -d "$folder" ] || [ -L "$folder" ]; then continue; fi
    rm -rf -- "$folder/plugin" "$folder"/.new.*
    rm -f -- "$folder/deming" "$folder/deming-hook"
    changed=yes
    if rmdir -- "$folder" 2>/dev/null; then
      say "Removed $folder"
    else
      say "$folder holds files that are not ours; they stay"
    fi
  done
  # Empty folders only; nothing is lost with them.
  rmdir -- "$lib" "$HOME/.local/lib" "$HOME/.local/bin" "$HOME/.local" 2>/dev/null || :

  if [ "$changed" = yes ]; then say 'Uninstalled'; else say 'Nothing to remove: none of it was here'; fi
  claude_home=${CLAUDE_CONFIG_DIR:-$HOME/.claude}
  say_kept "$claude_home/plan-reviews" 'logs of plan reviews'
  say_kept "$claude_home/pdca-sessions" 'logs of sessions'
  say_kept "${DEMING_HOME:-$claude_home/deming}" 'settings, consents and state'
  say_kept "$claude_home/plugins/cache/deming" "Claude Code's own copy of the plugin"
  say_kept "$root/target" 'what cargo built'
  say_kept "$root/tests/clients/node_modules" 'the clients that tests/run fetched'
}

say_kept() {
  [ ! -e "$1" ] || say "Kept, yours to delete: $1 ($2)"
}

main "$@"
