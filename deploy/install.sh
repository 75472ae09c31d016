#!/bin/sh
# Installs s2s-tui on Debian as root, from a checkout; run again, it updates the program and leaves the rest.
set -eu
cd "$(dirname "$0")/.."
[ "$(id -u)" -eq 0 ] || { echo "Run this as root." >&2; exit 1; }
prefix=/opt/s2s-tui lock=requirements.lock
[ "${1:-}" != "--postgresql" ] || lock=requirements-postgresql.lock

getent group s2s-clerks >/dev/null || groupadd --system s2s-clerks
id s2sapp >/dev/null 2>&1 || useradd --system --home-dir /var/lib/s2s-tui --shell /usr/sbin/nologin s2sapp
install -d -o s2sapp -g s2sapp -m 0700 /var/lib/s2s-tui /var/lib/s2s-tui/backup
install -d -o root -g s2sapp -m 0750 /etc/s2s-tui
install -d -o s2sapp -g s2sapp -m 0700 /etc/s2s-tui/key
[ -e /etc/s2s-tui/config.toml ] || install -o root -g s2sapp -m 0640 deploy/config.toml /etc/s2s-tui/config.toml

# The system's own Python: a private one in somebody's home can't be read by the service account.
[ -x "$prefix/bin/python" ] || /usr/bin/python3 -m venv "$prefix"
"$prefix/bin/python" -m pip --quiet --disable-pip-version-check install --require-hashes -r "$lock"
"$prefix/bin/python" -m pip --quiet --disable-pip-version-check install --no-deps --no-build-isolation .

install -o root -g root -m 0440 deploy/ssh/s2s-tui.sudoers /etc/sudoers.d/s2s-tui
visudo --check --quiet --file=/etc/sudoers.d/s2s-tui
if [ -d /etc/ssh/sshd_config.d ]; then
    install -o root -g root -m 0644 deploy/ssh/s2s-tui.conf /etc/ssh/sshd_config.d/s2s-tui.conf
fi
if [ -d /run/systemd/system ]; then
    install -o root -g root -m 0644 deploy/systemd/s2s-tui-* /etc/systemd/system/
    systemctl daemon-reload
    systemctl enable --now s2s-tui-mail.timer s2s-tui-remind.timer s2s-tui-backup.timer
    systemctl reload ssh 2>/dev/null || true
fi
echo "Installed. Make the database with:  sudo -u s2sapp $prefix/bin/s2s-tui init"
echo "Add a clerk with:  useradd --create-home --groups s2s-clerks NAME"
