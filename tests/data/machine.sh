# Simulate a machine for the commands of deploy/README.md: namespaces, and overlays over the folders
# that they write to. $CHECKOUT is this checkout, $SCRATCH an empty folder.
# Commands that need a network, or systemd as the first process, are replaced by their effects.
set -euo pipefail

mount -t tmpfs tmpfs "$SCRATCH"
interpreter=$(readlink -f "$CHECKOUT/.venv/bin/python")
folders="etc srv var run"
for path in "$interpreter" "$CHECKOUT"; do # overlay folders that only root can enter
    setpriv --reuid=65534 --clear-groups test -r "$path" || folders+=" $(cut -d/ -f2 <<<"$path")"
done
for folder in $folders; do
    mkdir -p "$SCRATCH/$folder/upper" "$SCRATCH/$folder/work"
    mount -t overlay -o "lowerdir=/$folder,upperdir=$SCRATCH/$folder/upper,workdir=$SCRATCH/$folder/work" \
        overlay "/$folder"
done
ip link set lo up
echo "127.0.0.1 $HOST_NAME" >>/etc/hosts
export CURL_CA_BUNDLE=/etc/letsencrypt/live/$HOST_NAME/fullchain.pem

apt-get() { # the packages are installed already; like Debian, start nginx
    case " $* " in *" sudo "*) nginx ;; *) echo "sudo is not installed" >&2 && return 1 ;; esac
}

as_octavo() { setpriv --reuid=octavo --regid=octavo --clear-groups -- "$@"; }

sudo() { # sudo -u octavo COMMAND...
    shift 2
    as_octavo "$@"
}

make() { # make -C FOLDER install
    ln -sfn "$CHECKOUT/.venv" "$2/.venv"
}

proves() { # proves WEBROOT: check that the authority's challenge is served over plain HTTP
    install -d "$1/.well-known/acme-challenge"
    echo "proof $RANDOM" >"$1/.well-known/acme-challenge/token"
    curl --silent --fail "http://$HOST_NAME/.well-known/acme-challenge/token" |
        cmp - "$1/.well-known/acme-challenge/token"
}

certbot() { # certbot certonly --webroot -w WEBROOT ...: make a self-signed certificate
    test "$1 $2 $3" = "certonly --webroot -w"
    proves "$4"
    local folder=/etc/letsencrypt/live/$HOST_NAME
    mkdir -p "$folder"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
        -subj "/CN=$HOST_NAME" -addext "subjectAltName=DNS:$HOST_NAME" \
        -keyout "$folder/privkey.pem" -out "$folder/fullchain.pem" 2>/dev/null
}

unit() { sed -n "s/^$1=-\?//p" "/etc/systemd/system/$2"; } # unit KEY FILE

start() { # start gunicorn as octavo.socket and octavo.service describe
    local settings socket
    settings=$(unit Environment octavo.service; cat "$(unit EnvironmentFile octavo.service)")
    socket=$(unit ListenStream octavo.socket)
    pushd "$(unit WorkingDirectory octavo.service)" >/dev/null
    umask "$(unit UMask octavo.service)"
    as_octavo env $settings $(unit ExecStartPre octavo.service)
    rm -f "$socket"
    systemd-socket-activate --listen="$socket" $(printf -- '--setenv=%s ' $settings) \
        setpriv --reuid=octavo --regid=octavo --clear-groups -- \
        $(unit ExecStart octavo.service) >>/var/log/octavo 2>&1 &
    server=$!
    umask 022
    popd >/dev/null
    until [ -S "$socket" ]; do sleep 0.1; done
    chgrp "$(unit SocketGroup octavo.socket)" "$socket"
    chmod "$(unit SocketMode octavo.socket)" "$socket"
}

systemctl() {
    case $* in
    "daemon-reload") ;;
    "enable --now octavo.socket octavo.service") start ;;
    "reload octavo") kill -HUP "$server" ;;
    "restart octavo")
        kill "$server"
        wait "$server" || true
        start
        ;;
    "reload nginx") if [ -s /run/nginx.pid ]; then nginx -s reload; else nginx; fi ;;
    *) echo "systemctl $*: not simulated" >&2 && return 1 ;;
    esac
}

shows() { # shows TEXT PATH: wait up to a minute until the page has the text
    for _ in {1..600}; do
        if curl --silent --fail "https://$HOST_NAME$2" | grep --quiet --fixed-strings "$1"; then
            return
        fi
        sleep 0.1
    done
    echo "$2 does not show $1" >&2
    tail --lines 20 /var/log/octavo >&2
    return 1
}
