"""The commands of deploy/README.md, executed literally on a simulated machine."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.conftest import require_program
from tests.torture.index import can_mount
from webapp.config import ROOT

MACHINE = (ROOT / "tests" / "data" / "machine.sh").read_text()
HOST = "pubs.example.org"
GUIDE = (ROOT / "deploy" / "README.md").read_text().replace("YOUR.HOST.NAME", HOST)
TITLE = "TensorIR"  # in a title of the seed


def block() -> str:
    """Return the commands that install a site."""
    commands = GUIDE.split("```\n")[1]
    return commands.replace("<this repository>", str(ROOT))


def row(name: str) -> list[str]:
    """Return the `code` in a row of the guide's table."""
    match = re.search(rf"^\| {re.escape(name)} \| (.*) \|$", GUIDE, re.MULTILINE)
    assert match, name
    return re.findall(r"`([^`]+)`", match[1])


def run(script: str, scratch: Path) -> str:
    """Run a script on a simulated machine, which is discarded; return its output."""
    programs = {"git": "git", "nginx": "nginx", "openssl": "openssl", "curl": "curl"}
    programs |= {"systemd-socket-activate": "systemd", "ip": "iproute2"}
    for program, package in programs.items():
        require_program(program, package=package)
    if not (ROOT / ".git").exists():
        pytest.skip("the guide clones a repository, and this folder is not one")
    if not can_mount():
        pytest.skip("simulating a machine needs root, for namespaces and mounts")
    paths = {"CHECKOUT": str(ROOT), "SCRATCH": str(scratch), "HOST_NAME": HOST}
    namespaces = ["--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
    result = subprocess.run(
        ["unshare", *namespaces, "bash", "-c", f"{MACHINE}\n{script}"],
        env={**os.environ, **paths, "GIT_CONFIG_GLOBAL": "/dev/null"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, f"{result.stdout[-2000:]}\n{result.stderr[-4000:]}"
    return result.stdout


def install_commands() -> str:
    """Return commands that install a site and check its name, permissions and certificate."""
    (any_command,) = row("any command")
    return f"""
{block()}
shows {TITLE} /
test "$(curl -s -o /dev/null -w '%{{http_code}}' -H 'Host: evil.example' https://{HOST}/)" = 400
octavo() {{ {any_command.replace("…", '"$@"')}; }}

test "$(stat -c %U:%a /var/lib/octavo/octavo.db /proc/$server | tr '\\n' ' ')" = \\
    "octavo:600 octavo:555 "
proves /var/www/html
grep -q 'worker_connections 8192;' /etc/nginx/nginx.conf
"""


def file_commands() -> str:
    """Return commands that publish slides; nginx can read nothing else of the instance."""
    slides = row("PDFs and slides")[0]
    return f"""
cd /var/lib/octavo
echo slides > ~root/slides.txt && chmod 600 ~root/slides.txt
{slides.replace("paper.pdf", "~root/slides.txt")}
shows slides /files/slides.txt
for private in octavo.db site.toml publications.bib files; do
    if setpriv --reuid=www-data --regid=www-data --clear-groups ls "/var/lib/octavo/$private"; then
        exit 3
    fi
done
"""


def backup_commands() -> str:
    """Return commands that make a backup, import, upgrade, and restore the backup."""
    (upgrade,), (backup,) = row("upgrade"), row("backup")
    return f"""
cd /var/lib/octavo
{backup}
rm /var/lib/octavo-files/slides.txt
echo '@misc{{other, title = {{Zymurgy}}}}' | octavo import --yes --prune=all -
shows Zymurgy /
{upgrade}
shows Zymurgy /
cd /var/lib/octavo
{row("restore, move")[0]}
systemctl restart octavo
shows {TITLE} /
shows slides /files/slides.txt
"""


def change_commands() -> str:
    """Return commands that import a file of root, change a setting, and downgrade."""
    downgrade, install = row("downgrade")
    return f"""
cd /root
echo '@misc{{home, title = {{Quixotry}}}}' > papers.bib && chmod 600 papers.bib
{row("import a file of yours")[0]}
shows Quixotry /

cd /var/lib/octavo
echo 'title = "Renewed"' > site.toml
{row("new settings")[0]}
shows '<title>Renewed' /
{downgrade.replace("<version>", "HEAD")}
{install}
systemctl restart octavo
shows '<title>Renewed' /
shows '"status":"ready"' /readyz
"""


def test_installing_a_site_and_every_task_of_the_guide(tmp_path: Path) -> None:
    (slow,) = row("why is it slow?")
    script = install_commands() + file_commands() + backup_commands() + change_commands() + slow
    assert re.search(r"^server-timing: .*total;dur=", run(script, tmp_path), re.MULTILINE)


def test_installing_below_a_path_of_another_site(tmp_path: Path) -> None:
    common, subpath = row("below a path of another site")[1], row("below a path of another site")[3]
    certificate = f"/etc/letsencrypt/live/{HOST}"
    script = f"""
{block()}
cat > /etc/nginx/sites-enabled/octavo <<'END'
{common}
server {{
    listen 443 ssl;
    ssl_certificate {certificate}/fullchain.pem;
    ssl_certificate_key {certificate}/privkey.pem;
    location / {{ return 200 'another site'; }}
    {subpath}
}}
END
systemctl reload nginx
shows 'another site' /
shows {TITLE} /pubs/
shows 'href="/pubs/publications/' /pubs/
shows 'https://{HOST}/pubs/publications/' /pubs/sitemap.xml
"""
    run(script, tmp_path)
