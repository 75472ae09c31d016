"""`deploy/install.sh`, really run: on a throw-away copy of this machine's disk, which is gone afterwards."""

import shlex
import subprocess
from pathlib import Path

import pytest

NEEDS = ("root", "debian", "sshd", "sudo", "overlay")
pytestmark = [pytest.mark.debian, pytest.mark.slow, pytest.mark.timeout(900)]

MOUNTS = """
set -eu
mount -t tmpfs -o size=2g tmpfs /mnt
mkdir /mnt/u /mnt/w /mnt/m
mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/u,workdir=/mnt/w /mnt/m
mount --rbind /dev /mnt/m/dev
mount -t proc proc /mnt/m/proc
mount -t tmpfs tmpfs /mnt/m/run
"""

INSIDE = """
set -eu
say() {{ echo "== $*"; }}
rm -rf /opt/s2s-tui /etc/s2s-tui /var/lib/s2s-tui
mkdir /srv/checkout
cd {root}
cp -r s2s_tui deploy pyproject.toml README.md requirements.lock requirements-postgresql.lock /srv/checkout
cd /
say first; /srv/checkout/deploy/install.sh
say init; sudo -u s2sapp /opt/s2s-tui/bin/s2s-tui init
echo '# mine' >> /etc/s2s-tui/config.toml
say second; /srv/checkout/deploy/install.sh
say kept; tail -1 /etc/s2s-tui/config.toml
say again; sudo -u s2sapp /opt/s2s-tui/bin/s2s-tui init || echo "refused $?"
say commands
sed -n 's/^ExecStart=//p' /srv/checkout/deploy/systemd/*.service | sed 's/%%/%/g' > /tmp/units
while read -r line; do sudo -u s2sapp sh -c "$line"; done < /tmp/units
say backups; ls /var/lib/s2s-tui/backup
say modes
stat -c '%a %U:%G %n' /etc/s2s-tui /etc/s2s-tui/config.toml /etc/s2s-tui/key /etc/s2s-tui/key/audit.key \
    /var/lib/s2s-tui /var/lib/s2s-tui/s2s.sqlite /etc/sudoers.d/s2s-tui /etc/ssh/sshd_config.d/s2s-tui.conf
say restore
(
    cd /var/lib/s2s-tui
    mkdir aside && mv s2s.sqlite* aside/
    rm -rf lost-*
    install -o s2sapp -g s2sapp -m 0600 backup/s2s-*.sqlite s2s.sqlite
    sudo -u s2sapp /opt/s2s-tui/bin/s2s-tui migrate
    sudo -u s2sapp /opt/s2s-tui/bin/s2s-tui audit checkpoint --restored
    sudo -u s2sapp /opt/s2s-tui/bin/s2s-tui housekeeping
    sudo -u s2sapp /opt/s2s-tui/bin/s2s-tui verify
)
say clerk
ssh-keygen -q -t ed25519 -N "" -f /tmp/tryclerk
/srv/checkout/deploy/clerk.sh add tryclerk /tmp/tryclerk.pub
stat -c '%a %U:%G %n' /srv/s2s-files /srv/s2s-files/tryclerk /srv/s2s-files/tryclerk/files
say starts
sudo -u tryclerk sudo -n -l -U tryclerk 2>&1 | tail -1 || true
sudo -u tryclerk sudo -n -u s2sapp /opt/s2s-tui/bin/s2s-tui </dev/null 2>&1 || echo "code $?"
sudo -u tryclerk sudo -n -u s2sapp /opt/s2s-tui/bin/s2s-tui verify 2>&1 || echo "code $?"
say shared
sed -i '/^clerk_folders/d' /etc/s2s-tui/config.toml
/srv/checkout/deploy/install.sh | grep 'share their files'
say gone
/srv/checkout/deploy/clerk.sh remove tryclerk
ls /srv/s2s-files; id tryclerk 2>&1 || true; id -nG s2sapp
say broken
echo '    Compression yes' >> /srv/checkout/deploy/ssh/s2s-tui.conf
/srv/checkout/deploy/install.sh 2>&1 || echo "code $?"
ls /etc/ssh/sshd_config.d/
say end
"""


@pytest.fixture(scope="module")
def parts(deploy: Path) -> dict[str, str]:
    """What each step of an installation said."""
    inside = INSIDE.format(root=shlex.quote(str(deploy.parent)))
    script = f"{MOUNTS}\nexec chroot /mnt/m sh -c {shlex.quote(inside)}"
    done = subprocess.run(
        ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", script],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=800,
    )
    assert done.returncode == 0, done.stdout
    steps = done.stdout.split("== ")[1:]
    return {name: text for name, _, text in (step.partition("\n") for step in steps)}


def test_it_installs_on_a_fresh_machine_and_says_what_comes_next(parts):
    assert (
        "Installed. Make the database with:  sudo -u s2sapp /opt/s2s-tui/bin/s2s-tui init" in parts["first"]
    )
    assert "Username:  wgadmin" in parts["init"]
    assert "Audit key: /etc/s2s-tui/key/audit.key" in parts["init"]


def test_run_again_it_updates_the_program_and_leaves_settings_and_data(parts):
    assert "Installed." in parts["second"]
    assert parts["kept"] == "# mine\n"
    assert "has been made already" in parts["again"]
    assert "refused 1" in parts["again"]


def test_each_line_that_the_timers_call_runs_as_the_service_account(parts):
    said = parts["commands"]
    for words in (
        "Saved: /var/lib/s2s-tui/backup/s2s-",
        "0 problems",
        "0 failed",
        "reminded schools: 0",
        "kept searches",
    ):
        assert words in said, said
    assert parts["backups"].startswith("s2s-20")


def test_a_backup_is_restored_as_the_operators_page_says(parts):
    assert parts["restore"].startswith("It is up to date.\n")
    assert parts["restore"].endswith(" 0 problems.\n")


def test_only_the_service_account_reads_what_is_secret(parts):
    assert parts["modes"].splitlines() == [
        "750 root:s2sapp /etc/s2s-tui",
        "640 root:s2sapp /etc/s2s-tui/config.toml",
        "700 s2sapp:s2sapp /etc/s2s-tui/key",
        "600 s2sapp:s2sapp /etc/s2s-tui/key/audit.key",
        "700 s2sapp:s2sapp /var/lib/s2s-tui",
        "600 s2sapp:s2sapp /var/lib/s2s-tui/s2s.sqlite",
        "440 root:root /etc/sudoers.d/s2s-tui",
        "644 root:root /etc/ssh/sshd_config.d/s2s-tui.conf",
    ]


def test_a_clerk_of_the_machine_starts_the_app_and_no_command(parts):
    app, command = parts["starts"].split("code 2")
    assert "terminal" in app
    assert "password is required" in command


def test_a_clerk_has_a_folder_that_nobody_else_enters(parts):
    said, *modes = parts["clerk"].splitlines()
    assert "sftp tryclerk-files@HOST" in said
    assert modes == [
        "711 root:root /srv/s2s-files",
        "750 root:tryclerk-files /srv/s2s-files/tryclerk",
        "2770 tryclerk-files:tryclerk-files /srv/s2s-files/tryclerk/files",
    ]
    assert parts["gone"].splitlines() == [
        "tryclerk is gone, and what lay in /srv/s2s-files/tryclerk.",
        "id: ‘tryclerk’: no such user",
        "s2sapp",
    ]


def test_settings_from_before_are_told_that_clerks_share_files(parts):
    assert parts["shared"]
    assert "share their files" not in parts["first"] + parts["second"]


def test_a_piece_that_sshd_refuses_is_taken_out_again(parts):
    assert "taken out again" in parts["broken"]
    assert "code 1" in parts["broken"]
    assert "s2s-tui.conf" not in parts["broken"].split("code 1")[1]
