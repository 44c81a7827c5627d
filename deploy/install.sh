#!/bin/sh
# Install the server of one trial on this machine, as root:   sh deploy/install.sh STUDY NAME [WHEELS]
# STUDY: the folder of the study. NAME: the name by which browsers reach the server, such as trial.hospital.example.
# WHEELS: a folder made by "pip wheel --wheel-dir WHEELS ." elsewhere; nothing is asked of the internet then.
#
# Run again to upgrade. The new version is made beside the old one, which goes on serving meanwhile; it must take up a
# restored copy of the backup before the old one is put away. What was installed before stays in /opt/trialwright.
set -eu
study=$1 name=$2 wheels=${3:-}
here=$(cd "$(dirname "$0")/.." && pwd)
data=/var/lib/trialwright backups=/var/backups/trialwright
now=$(date -u +%Y%m%dT%H%M%SZ)
release=/opt/trialwright/$now

id trialwright >/dev/null 2>&1 || useradd --system --home-dir $data --shell /usr/sbin/nologin trialwright
install -d -m 755 /opt/trialwright "$release"
install -d -m 700 -o trialwright -g trialwright $data $backups
install -d -m 700 /etc/trialwright

if ! test -f /etc/trialwright/environment; then
    (umask 077 && cat >/etc/trialwright/environment) <<EOF
TRIALWRIGHT_SECRET_KEY='$(head -c 60 /dev/urandom | base64 | tr -d '+/=\n')'
TRIALWRIGHT_HOSTS='$name'
TRIALWRIGHT_ADDRESS='https://$name'
TRIALWRIGHT_BACKUPS='$backups'
# TRIALWRIGHT_MAIL='smtp://user:password@mail.hospital.example:587/?from=trial@hospital.example'
# DATABASE_URL='postgresql://trialwright@/trialwright?host=/run/postgresql'
EOF
fi

# --- the new version, beside the old one --------------------------------------------------------------------------------
python3 -m venv "$release/venv"
if test -n "$wheels"; then
    "$release/venv/bin/python" -m pip install --quiet --no-index --find-links "$wheels" trialwright
else
    "$release/venv/bin/python" -m pip install --quiet "$here"
fi
cp -R "$study" "$release/study"
"$release/venv/bin/trialwright" check "$release/study" >"$release/check.txt" || { tail -n 5 "$release/check.txt"; exit 1; }
install -m 755 "$here/deploy/trialwright" /usr/local/sbin/trialwright
with_new() { TRIALWRIGHT_RELEASE=$release /usr/local/sbin/trialwright "$@"; }

# --- the ledger that there is: kept, and tried with the new version -----------------------------------------------------
ledger=0
if test -e /opt/trialwright/current && { test -f $data/ledger.sqlite3 || grep -q '^DATABASE_URL=' /etc/trialwright/environment; }; then
    ledger=1
    systemctl stop trialwright
    go_on() {
        echo "The upgrade was not made; the version before goes on." >&2
        rm -rf "$data/try-$now" "$release"
        systemctl start trialwright
    }
    trap go_on EXIT
    /usr/local/sbin/trialwright backup --out $data "$backups/before-$now.zip"
    if ! grep -q '^DATABASE_URL=' /etc/trialwright/environment; then
        with_new restore "$backups/before-$now.zip" --out "$data/try-$now"
        with_new people "$release/study" --out "$data/try-$now"
        rm -rf "$data/try-$now"
    fi
    trap - EXIT
fi

# --- from here on the new version ---------------------------------------------------------------------------------------
ln -sfn "$release" /opt/trialwright/current
install -m 644 "$here"/deploy/trialwright.service "$here"/deploy/trialwright-backup.service \
    "$here"/deploy/trialwright-backup.timer /etc/systemd/system/
systemctl daemon-reload
if command -v caddy >/dev/null && ! grep -qs "^# trialwright" /etc/caddy/Caddyfile; then
    if test -f /etc/caddy/Caddyfile; then mv /etc/caddy/Caddyfile "/etc/caddy/Caddyfile.before-$now"; fi
    sed "s/trial\.hospital\.example/$name/" "$here/deploy/Caddyfile" >/etc/caddy/Caddyfile
    systemctl restart caddy
fi
if test $ledger = 0; then
    echo "There is no ledger yet. Open one and name its first administrator: docs/how-to/run-in-production.md, 'Open the ledger'."
    exit 0
fi
systemctl enable --quiet trialwright trialwright-backup.timer
systemctl start trialwright trialwright-backup.timer
/usr/local/sbin/trialwright verify --replay --out $data
tries=0
until "$release/venv/bin/python" -c "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health', timeout=5)" 2>/dev/null; do
    tries=$((tries + 1))
    if test $tries -ge 30; then echo "The server does not answer: journalctl -u trialwright" >&2; exit 1; fi
    sleep 1
done
echo "The server runs; browsers reach it at https://$name/"
