#!/usr/bin/env bash
# Puts a program and all that it needs to run into a folder: its libraries, those that look up names, the authorities that
# are trusted, and a user. The Dockerfile makes an image of it; `--try` runs the program in it with chroot.
#
#     scripts/image_root.sh PROGRAM FOLDER [--try]
set -euo pipefail
program=$1 root=$2
rm -rf "$root"
mkdir -p "$root/etc/ssl/certs" "$root/tmp"
chmod 1777 "$root/tmp"
install -m 755 "$program" "$root/clientc-gateway"
# glibc looks names up through libraries that it opens by itself.
libraries=$(ldd "$program" | grep -o '/[^ ]*')
directory=$(dirname "$(ldd "$program" | grep -o '/[^ ]*libc\.so\.6')")
for library in $libraries "$directory"/libnss_dns.so.2 "$directory"/libnss_files.so.2 "$directory"/libresolv.so.2; do
    if [ -e "$library" ]; then
        mkdir -p "$root$(dirname "$library")"
        cp -L "$library" "$root$library"
    fi
done
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
echo 'clientc:x:65532:65532::/:/sbin/nologin' >"$root/etc/passwd"
echo 'clientc:x:65532:' >"$root/etc/group"
cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
[ "${3:-}" = --try ] || exit 0

# Docker writes these two into every container.
cp -L /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || true
printf '127.0.0.1 localhost\n127.0.0.1 upstream.example\n' >"$root/etc/hosts"
repository=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'kill $upstream $gateway 2>/dev/null || true; rm -rf "$work"' EXIT
gateway=
(cd "$repository/tests/clients" && exec python3 upstream.py 0) >"$work/url" &
upstream=$!
until [ -s "$work/url" ]; do sleep 0.1; done
port=$(grep -o '[0-9]*$' "$work/url")
mkdir -p "$root/plan"
cat >"$root/plan/clients.baml" <<BAML
client<llm> Chat {
  provider openai-generic
  options {
    model "m"
    base_url "http://upstream.example:$port/ok/v1"
    http {
      connect_timeout_ms 2000
      request_timeout_ms 5000
    }
  }
}
BAML
chroot --userspec=65532:65532 "$root" /clientc-gateway /plan --listen 127.0.0.1:28501 --log off &
gateway=$!
for _ in $(seq 50); do curl -fs http://127.0.0.1:28501/ready >/dev/null && break; sleep 0.1; done
answer=$(curl -s http://127.0.0.1:28501/v1/chat/completions -d '{"model":"Chat","messages":[{"role":"user","content":"Hi"}]}')
case $answer in
*"Hello there!"*) echo "the image works: a name is resolved, and a call is answered; $(du -sh "$root" | cut -f1)" ;;
*) echo "the image does not work: $answer"; exit 1 ;;
esac
kill "$gateway" && wait "$gateway" 2>/dev/null || true
rm -rf "$root/plan"
