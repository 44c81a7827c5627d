#!/bin/sh
# Install the server of one trial on this machine, as root:   sh deploy/install.sh STUDY NAME
# STUDY: the folder of the study. NAME: the name by which browsers reach the server, such as trial.hospital.example.
# Run again to upgrade: a backup is made first, the ledger's rows are never touched, and it is verified afterwards.
set -eu
study=$1 name=$2
here=$(cd "$(dirname "$0")/.." && pwd)
trialwright=/opt/trialwright/venv/bin/trialwright

id trialwright >/dev/null 2>&1 || useradd --system --home-dir /var/lib/trialwright --shell /usr/sbin/nologin trialwright
install -d -m 755 /opt/trialwright
install -d -m 700 -o trialwright -g trialwright /var/lib/trialwright /var/backups/trialwright
install -d -m 700 /etc/trialwright
test -x /opt/trialwright/venv/bin/python || python3 -m venv /opt/trialwright/venv

as_server() {
    # With the server's own environment, as the server's own user, who owns what is written.
    (set -a; . /etc/trialwright/environment; set +a; runuser -u trialwright -- "$@")
}

if ! test -f /etc/trialwright/environment; then
    umask 077
    {
        echo "TRIALWRIGHT_SECRET_KEY=$(head -c 48 /dev/urandom | base64 | tr -d '+/=\n')$(head -c 12 /dev/urandom | base64 | tr -d '+/=\n')"
        echo "TRIALWRIGHT_HOSTS=$name"
        echo "# DATABASE_URL=postgresql://trialwright@/trialwright?host=/run/postgresql"
    } >/etc/trialwright/environment
    umask 022
fi

ledger=0
if test -f /var/lib/trialwright/ledger.sqlite3 || grep -q '^DATABASE_URL=' /etc/trialwright/environment; then ledger=1; fi
if test $ledger = 1 && test -x $trialwright; then
    systemctl stop trialwright || true
    as_server $trialwright backup --out /var/lib/trialwright "/var/backups/trialwright/before-$(date -u +%Y%m%dT%H%M%SZ).zip"
fi

/opt/trialwright/venv/bin/python -m pip install --quiet --upgrade "$here"
rm -rf /opt/trialwright/study.new
cp -R "$study" /opt/trialwright/study.new
rm -rf /opt/trialwright/study
mv /opt/trialwright/study.new /opt/trialwright/study

install -m 644 "$here"/deploy/trialwright.service "$here"/deploy/trialwright-backup.service \
    "$here"/deploy/trialwright-backup.timer /etc/systemd/system/
if command -v caddy >/dev/null; then
    sed "s/trial\.hospital\.example/$name/" "$here/deploy/Caddyfile" >/etc/caddy/Caddyfile
    systemctl reload-or-restart caddy
fi
systemctl daemon-reload
if test $ledger = 1; then
    systemctl enable --now trialwright trialwright-backup.timer
    as_server $trialwright verify --replay --out /var/lib/trialwright
    echo "The server runs; browsers reach it at https://$name/"
else
    echo "There is no ledger yet. Open one and name its first administrator: docs/how-to/run-in-production.md, 'Open the ledger'."
fi
