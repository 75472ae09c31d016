#!/bin/sh
# Lets a clerk in, or no longer:  clerk.sh add NAME KEYFILE   clerk.sh remove NAME
# NAME gets the app by ssh, NAME-files the folder /srv/s2s-files/NAME by sftp. Run again, `add` changes the key.
set -eu
umask 022
folders=/srv/s2s-files
usage() { echo "Usage: $0 add NAME KEYFILE | remove NAME" >&2; exit 2; }
no() { echo "$1" >&2; exit 1; }
known() { getent passwd "$1" >/dev/null; }
of() { id -nG "$1" | tr ' ' '\n' | grep -qxF "$2"; }

[ "$(id -u)" -eq 0 ] || no "Run this as root."
[ $# -ge 2 ] || usage
name=$2 files=$2-files
case "$name" in
    *-files) no "A clerk's name doesn't end in -files: that is the account of their folder." ;;
    *[!a-z0-9._-]* | [!a-z_]*) no "Small letters, digits, - . and _, beginning with a letter: $name" ;;
esac
[ ${#name} -le 26 ] || no "At most 26 letters: $name"
if known "$name"; then of "$name" s2s-clerks || no "$name is an account of this machine, and no clerk's."; fi
if known "$files"; then of "$files" s2s-files || no "$files is an account of this machine, and no clerk's."; fi

add() {
    key=$1
    [ -r "$key" ] || no "There is no file $key."
    ! grep -q PRIVATE "$key" || no "$key is a private key. It stays with the clerk; take the .pub beside it."
    ssh-keygen -l -f "$key" >/dev/null 2>&1 || no "$key holds no public key."

    known "$name" || useradd --create-home --shell /bin/sh --groups s2s-clerks --password '*' "$name"
    home=$(getent passwd "$name" | cut -d: -f6) group=$(id -gn "$name")
    install -d -o "$name" -g "$group" -m 0700 "$home/.ssh"
    install -o "$name" -g "$group" -m 0600 "$key" "$home/.ssh/authorized_keys"

    # Root owns all but `files`: sshd asks for that, and so nobody puts anything else in its place.
    known "$files" || useradd --no-create-home --home-dir "$folders/$name" --shell /usr/sbin/nologin \
        --user-group --groups s2s-files --password '*' "$files"
    usermod --append --groups "$files" s2sapp
    install -d -o root -g "$files" -m 0750 "$folders/$name" "$folders/$name/.ssh"
    install -o root -g "$files" -m 0640 "$key" "$folders/$name/.ssh/authorized_keys"
    install -d -o "$files" -g "$files" -m 2770 "$folders/$name/files"
    echo "The app:  ssh $name@HOST    Files:  sftp $files@HOST    They lie in $folders/$name/files"
}

leave() { # ends what an account runs, its open app too, then the account
    usermod --lock --expiredate 1 "$1"
    pkill -u "$1" || true
    pkill -U "$1" || true
    for _ in 1 2 3 4 5 6 7 8 9 10; do pgrep -r R,S,D,T -U "$1" >/dev/null || break; sleep 0.5; done
    pkill -KILL -U "$1" || true
    told=$(userdel ${2:+"$2"} "$1" 2>&1) || no "$told"
}

case "$1 $#" in
    "add 3") add "$3" ;;
    "remove 2")
        known "$name" || known "$files" || no "There is no clerk $name."
        if known "$name"; then leave "$name" --remove; fi
        if known "$files"; then
            gpasswd --delete s2sapp "$files" >/dev/null 2>&1 || true
            leave "$files"
        fi
        rm -rf -- "${folders:?}/$name"
        echo "$name is gone, and what lay in $folders/$name."
        ;;
    *) usage ;;
esac
