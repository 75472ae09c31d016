#!/bin/sh
# Installs s2s-tui on Debian as root, from a checkout; run again, it updates the program and leaves the rest.
set -eu
umask 022
cd "$(dirname "$0")/.."
[ "$(id -u)" -eq 0 ] || { echo "Run this as root." >&2; exit 1; }
prefix=/opt/s2s-tui lock=requirements.lock
case "${1:-}" in
    "") ;;
    --postgresql) lock=requirements-postgresql.lock ;;
    *) echo "Usage: $0 [--postgresql]" >&2; exit 2 ;;
esac

missing=""
/usr/bin/python3 -c 'import ensurepip, venv' 2>/dev/null || missing="$missing python3-venv"
command -v visudo >/dev/null || missing="$missing sudo"
command -v sshd >/dev/null || missing="$missing openssh-server"
[ -z "$missing" ] || { echo "Missing. Install it with:  apt-get install$missing" >&2; exit 1; }
/usr/bin/python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    { echo "s2s-tui needs Python 3.11 or newer." >&2; exit 1; }

for group in s2s-clerks s2s-files; do getent group "$group" >/dev/null || groupadd --system "$group"; done
id s2sapp >/dev/null 2>&1 ||
    useradd --system --user-group --home-dir /var/lib/s2s-tui --shell /usr/sbin/nologin s2sapp
install -d -o s2sapp -g s2sapp -m 0700 /var/lib/s2s-tui /var/lib/s2s-tui/backup
install -d -o root -g s2sapp -m 0750 /etc/s2s-tui
install -d -o s2sapp -g s2sapp -m 0700 /etc/s2s-tui/key
# Each clerk's files, reached through their own folders; who may enter it can't list it.
install -d -o root -g root -m 0711 /srv/s2s-files
[ -e /etc/s2s-tui/config.toml ] || install -o root -g s2sapp -m 0640 deploy/config.toml /etc/s2s-tui/config.toml

# The system's own Python: a private one in somebody's home can't be read by the service account.
[ -x "$prefix/bin/python" ] || /usr/bin/python3 -m venv "$prefix"
pip() { "$prefix/bin/python" -m pip --quiet --disable-pip-version-check --no-cache-dir "$@"; }
pip install --require-hashes -r "$lock"
# Anew even when the version is the same: a checkout may have moved on under it.
pip install --no-deps --no-build-isolation --force-reinstall .

# Looked at before they have their names: a broken piece there would lock everybody out.
visudo --check --quiet --file=deploy/ssh/s2s-tui.sudoers
install -o root -g root -m 0440 deploy/ssh/s2s-tui.sudoers /etc/sudoers.d/s2s-tui
install -o root -g root -m 0644 deploy/ssh/s2s-tui.conf /etc/ssh/sshd_config.d/s2s-tui.conf
mkdir -p /run/sshd
sshd -t || { rm /etc/ssh/sshd_config.d/s2s-tui.conf; echo "sshd refuses its piece; it is taken out again." >&2; exit 1; }
if [ -d /run/systemd/system ]; then
    install -o root -g root -m 0644 deploy/systemd/s2s-tui-* /etc/systemd/system/
    systemctl daemon-reload
    for timer in deploy/systemd/*.timer; do systemctl enable --quiet --now "$(basename "$timer")"; done
    systemctl reload ssh 2>/dev/null || true
else
    echo "systemd doesn't run here: call what deploy/systemd/ calls by other means."
fi
echo "Installed. Make the database with:  sudo -u s2sapp $prefix/bin/s2s-tui init"
echo "Add a clerk with:  deploy/clerk.sh add NAME KEYFILE"
grep -q '^clerk_folders' /etc/s2s-tui/config.toml || cat <<'NOTE'
Clerks share their files as yet. Give each of them a folder, by deploy/clerk.sh add NAME KEYFILE, and then write into
/etc/s2s-tui/config.toml:  clerk_folders = "/srv/s2s-files"
NOTE
