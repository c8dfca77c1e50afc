# A machine of its own for the commands of deploy/README.md: namespaces, and overlays of the folders
# that they write to. $CHECKOUT is this checkout, $SCRATCH an empty folder.
# What needs a network or systemd as the first process is replaced by what it comes to.
set -euo pipefail

mount -t tmpfs tmpfs "$SCRATCH"
for folder in etc srv var run; do
    mkdir -p "$SCRATCH/$folder/upper" "$SCRATCH/$folder/work"
    mount -t overlay -o "lowerdir=/$folder,upperdir=$SCRATCH/$folder/upper,workdir=$SCRATCH/$folder/work" \
        overlay "/$folder"
done
ip link set lo up
echo "127.0.0.1 $HOST_NAME" >>/etc/hosts
export CURL_CA_BUNDLE=/etc/letsencrypt/live/$HOST_NAME/fullchain.pem

apt-get() { :; } # the packages are there

# Another name of root, who alone may enter the folders that the interpreter may lie in.
useradd() { command useradd --non-unique --uid 0 "$@"; }

sudo() { # sudo -u octavo COMMAND...
    shift 2
    command "$@"
}

make() { # make -C FOLDER install
    ln -sfn "$CHECKOUT/.venv" "$2/.venv"
}

certbot() { # a certificate of our own making
    local folder=/etc/letsencrypt/live/$HOST_NAME
    mkdir -p "$folder"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
        -subj "/CN=$HOST_NAME" -addext "subjectAltName=DNS:$HOST_NAME" \
        -keyout "$folder/privkey.pem" -out "$folder/fullchain.pem" 2>/dev/null
}

unit() { sed -n "s/^$1=-\?//p" "/etc/systemd/system/$2"; } # unit KEY FILE

start() { # as octavo.socket and octavo.service say
    local settings socket
    settings=$(unit Environment octavo.service; cat "$(unit EnvironmentFile octavo.service)")
    socket=$(unit ListenStream octavo.socket)
    pushd "$(unit WorkingDirectory octavo.service)" >/dev/null
    env $settings $(unit ExecStartPre octavo.service)
    rm -f "$socket"
    systemd-socket-activate --listen="$socket" $(printf -- '--setenv=%s ' $settings) \
        $(unit ExecStart octavo.service) >>/var/log/octavo 2>&1 &
    server=$!
    popd >/dev/null
    until [ -S "$socket" ]; do sleep 0.1; done
    chgrp "$(unit SocketGroup octavo.socket)" "$socket"
    chmod "$(unit SocketMode octavo.socket)" "$socket"
}

systemctl() {
    case $* in
    "enable --now octavo.socket octavo.service") start ;;
    "reload octavo") kill -HUP "$server" ;;
    "restart octavo")
        kill "$server"
        wait "$server" || true
        start
        ;;
    "reload nginx") if [ -s /run/nginx.pid ]; then nginx -s reload; else nginx; fi ;;
    *) echo "systemctl $*: what does it come to?" >&2 && return 1 ;;
    esac
}

shows() { # shows TEXT PATH: sooner or later
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
