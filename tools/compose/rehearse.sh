#!/usr/bin/env bash
# docker-compose.yml as an operator runs it, for real: up, sign in, replicas, kill -9, every command of the docs, down.
# Needs a Docker Engine of this machine with compose, root or sudo, curl, openssl and node; two minutes, and the first build.
# Everything is of a project of its own (keyledger-rehearsal) in a folder of its own, and gone afterwards.
set -euo pipefail
checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=$(mktemp -d)
export COMPOSE_PROJECT_NAME=keyledger-rehearsal
restored=keyledger-rehearsal-restored
simulator=keyledger-rehearsal-simulator
port=25001
tls_port=25010
api=http://127.0.0.1:$port
proxy=
# What is set outside would win over .env.
unset MASTER_KEY MASTER_KEY_FILE MASTER_KEY_PREVIOUS POSTGRES_PASSWORD API_KEY PORT PUBLISH OPENAI_BASE_URL OUTBOUND_ALLOW BACKUPS TLS_CERT_FILE TLS_KEY_FILE

finish() {
  status=$?
  [ $status = 0 ] || docker compose logs --tail 20 database api worker || true
  [ -z "$proxy" ] || kill "$proxy" 2>/dev/null || true
  docker rm -f $simulator >/dev/null 2>&1 || true
  docker compose -p $restored down -v --timeout 10 >/dev/null 2>&1 || true
  docker compose down -v --timeout 10 >/dev/null 2>&1 || true
  as_root rm -rf "$folder"
  [ $status = 0 ] || echo "REHEARSAL FAILED" >&2
}
trap finish EXIT

say() { echo "== $*"; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
fail() { echo "FAILED: $*" >&2; exit 1; }
has() { [[ "$1" == *"$2"* ]] || fail "“$2” is not in: $1"; }
hasnt() { [[ "$1" != *"$2"* ]] || fail "“$2” is in: ${1//$2/(here)}"; }
# Of JSON on standard input, what an expression over `it` says.
of() { node -pe "const it = JSON.parse(require('node:fs').readFileSync(0, 'utf8')); $1"; }
setting() { sed -i "/^$1=/d" .env && echo "$1=$2" >> .env; }
ask() { curl -sS --fail-with-body -m 20 -H "X-API-Key: $token" -H 'Content-Type: application/json' "$@"; }
up() { docker compose up -d --wait --wait-timeout 120 "$@" >/dev/null 2>&1 || fail "docker compose up $*: $(docker compose ps -a --format '{{.Name}} {{.Status}}')"; }
keyledger() { docker compose exec -T api keyledger "$@"; }
# SQL with the login that a service has, and its rights.
sql() {
  docker compose exec -T "$1" node -e '
    const client = new (require("pg").Client)(process.env.DATABASE_URL);
    client.connect().then(() => client.query(process.argv[1])).then(
      ({ rows }) => { console.log(JSON.stringify(rows)); process.exit(0); },
      ({ message }) => { console.log(message); process.exit(1); })' "$2"
}
owner() { docker compose exec -T postgres psql -qAtX -v ON_ERROR_STOP=1 -U keyledger -d keyledger -c "$1"; }
containers() { docker compose ps -q "$@"; }

cd "$checkout"
git ls-files -z --cached --others --exclude-standard | tar --null --files-from=- --create --file=- --ignore-failed-read 2>/dev/null | tar -xf - -C "$folder"
cd "$folder"
sed -i 's/^  image: keyledger$/  image: keyledger-rehearsal/' docker-compose.yml

say "a secret that is missing is named"
said=$(docker compose config 2>&1) && fail "it went on without secrets"
has "$said" "openssl rand"

say "first start"
token=$(openssl rand -hex 32)
old_key=$(openssl rand -base64 32)
password=$(openssl rand -hex 24)
(
  umask 077
  cat > .env <<END
MASTER_KEY=$old_key
POSTGRES_PASSWORD=$password
API_KEY=$token
PORT=$port
OPENAI_BASE_URL=http://$simulator:4010/v1
OUTBOUND_ALLOW=$simulator
PROBE_INTERVAL_SECS=10
AUDIT_ANCHOR_FILE=/backups/anchors.jsonl
TRUST_PROXY=1
END
)
as_root install -d -o 1000 -g 1000 -m 0700 backups
install -d -m 0755 secrets
docker compose build --quiet
up
docker build --quiet --target simulator -t $simulator . >/dev/null
docker run -d --name $simulator --network ${COMPOSE_PROJECT_NAME}_default $simulator >/dev/null
for _ in $(seq 40); do [[ "$(docker logs $simulator 2>&1)" == *4010* ]] && break; sleep 0.25; done

say "the first token stores keys, and OUTBOUND_ALLOW lets them be probed"
has "$(ask $api/keys)" '"items":[]'
store_key() {
  local key="sk-proj-sim-healthy-$(openssl rand -hex 20)T3BlbkFJ$(openssl rand -hex 24)"
  has "$(ask $api/keys -d "{\"label\": \"key $1\", \"key\": \"$key\"}")" '"outcome":"ok"'
}
for number in 1 2 3 4 5; do store_key $number; done
documented=$(grep -o 'sk-proj-sim-healthy-[A-Za-z0-9]*' docs/operations.md)
has "$(ask $api/keys -d "{\"label\": \"documented\", \"key\": \"$documented\"}")" '"outcome":"ok"'

say "the image has no tools, tests or benches of ours"
[ "$(docker run --rm keyledger-rehearsal sh -c 'echo $(ls dist) $(find dist -name "*.test.*")')" = 'apps packages prisma' ] ||
  fail "the image has more than it needs"

say "the api's login owns nothing, and SQL with it changes nothing that guards the rows of tenants and the audit"
has "$(sql api 'SELECT session_user::text')" '"keyledger_api"'
[ "$(owner "SELECT count(*) FROM pg_shdepend WHERE refobjid = 'keyledger_api'::regrole AND deptype = 'o'")" = 0 ] ||
  fail "the api's login owns something"
for harm in 'DROP TABLE provider_key' 'ALTER TABLE provider_key DISABLE ROW LEVEL SECURITY' \
  'ALTER TABLE provider_key NO FORCE ROW LEVEL SECURITY' 'DROP POLICY own_tenant ON provider_key' \
  'SET ROLE keyledger' 'SET SESSION AUTHORIZATION keyledger' 'GRANT keyledger TO keyledger_api' 'SET ROLE keyledger_purger' \
  'ALTER ROLE keyledger_api SUPERUSER' 'UPDATE audit_event SET seq = 1' 'DELETE FROM audit_event' 'TRUNCATE audit_event' \
  'CREATE TABLE mine ()' "COPY (SELECT 1) TO PROGRAM 'true'"; do
  said=$(sql api "RESET ROLE; $harm") && fail "$harm: $said"
  [[ "$said" == *'permission denied'* || "$said" == *'must be owner'* ]] || fail "$harm: $said"
done
for service in api worker; do has "$(docker compose exec -T $service keyledger doctor)" ' 0 to know, 0 to mend'; done

say "the password of neither login is in what the database service says, nor in a log of every statement"
owner "ALTER SYSTEM SET log_statement = 'all'" && owner 'SELECT pg_reload_conf()' >/dev/null
for _ in 1 2 3; do docker compose run --rm -T database >/dev/null 2>&1 & done
wait -n && wait -n && wait -n || fail "three at once"
up
owner 'ALTER SYSTEM RESET log_statement' && owner 'SELECT pg_reload_conf()' >/dev/null
said="$(docker compose logs postgres database 2>&1) $(docker inspect -f '{{.Path}} {{.Args}}' "$(docker compose ps -aq database)")"
has "$said" 'ALTER ROLE "keyledger_api" LOGIN PASSWORD'
has "$said" 'keyledger_api, which owns nothing'
hasnt "$said" "$password"
has "$(ask $api/keys)" '"key 5"'

say "what docker shows: users, file systems, capabilities, ports, and no secret in a command line"
for container in $(containers api worker); do
  shown=$(docker inspect -f '{{.Config.User}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}}' "$container")
  [ "$shown" = 'node true [ALL] [no-new-privileges:true]' ] || fail "$shown"
done
for container in $(containers); do
  [ "$(docker inspect -f '{{.HostConfig.ReadonlyRootfs}}' "$container")" = true ] || fail "a root file system can be written to"
  lines="$(docker inspect -f '{{.Path}} {{.Args}} {{.Config.Healthcheck}}' "$container") $(docker top "$container" -o pid,args)"
  for secret in "$token" "$old_key" "$password"; do hasnt "$lines" "$secret"; done
done
for service in postgres redis; do
  [ "$(docker inspect -f '{{len .HostConfig.PortBindings}}' "$(containers $service)")" = 0 ] || fail "$service is published"
done
[ "$(docker network inspect -f '{{.Internal}}' ${COMPOSE_PROJECT_NAME}_data)" = true ] || fail "the databases' network leads out"

say "through a proxy with TLS: cookies of this host alone, and the client's own address"
openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
  -keyout tls.key -out tls.crt 2>/dev/null
node "$checkout/tools/compose/tls-proxy.mjs" tls.crt tls.key $tls_port $api &
proxy=$!
for _ in $(seq 40); do (: < /dev/tcp/127.0.0.1/$tls_port) 2>/dev/null && break; sleep 0.1; done
page() { curl -sS -m 20 --cacert tls.crt -b cookies -c cookies "$@"; }
csrf=$(page https://localhost:$tls_port/dashboard/login | sed -n 's/.*name="_csrf" value="\([^"]*\)".*/\1/p' | head -1)
answer=$(page -i -H 'X-Forwarded-For: 203.0.113.9' -H "Origin: https://localhost:$tls_port" -H 'Sec-Fetch-Site: same-origin' \
  https://localhost:$tls_port/dashboard/login --data-urlencode "_csrf=$csrf" --data-urlencode "token=$token")
has "$answer" 'set-cookie: __Host-keyledger_session='
has "$answer" '; HttpOnly; Secure; SameSite=Lax'
event=$(ask "$api/audit?action=session.begin" | of 'JSON.stringify(it.items[0])')
hasnt "$event" 203.0.113.9
has "$event" '"address":"127.0.0.1"'

say "over TLS with a certificate of its own, and no longer without"
as_root install -o 1000 -m 0400 tls.key secrets/tls.key
as_root install -o 1000 -m 0400 tls.crt secrets/tls.crt
setting TLS_CERT_FILE /secrets/tls.crt
setting TLS_KEY_FILE /secrets/tls.key
up api
has "$(curl -sS -m 5 --cacert tls.crt https://localhost:$port/health/ready)" '"status":"ok"'
has "$(curl -sS -m 5 --cacert tls.crt -i https://localhost:$port/dashboard/login)" 'Cookie: __Host-'
said=$(curl -sS -m 5 $api/ping 2>&1) && fail "it answers without TLS: $said"
setting TLS_CERT_FILE ''
setting TLS_KEY_FILE ''
up api

say "two of each, and kill -9"
setting PORT 25001-25002
up --scale api=2 --scale worker=2
has "$(ask $api/keys)" '"key 5"'
has "$(ask http://127.0.0.1:25002/keys)" '"key 5"'
for service in api worker; do
  container=$(containers $service | sed -n 1p)
  # Not `docker kill`, after which the engine does not start it again.
  as_root kill -9 "$(docker inspect -f '{{.State.Pid}}' "$container")"
  for _ in $(seq 60); do
    state=$(docker inspect -f '{{.RestartCount}} {{.State.Health.Status}}' "$container")
    [ "$state" = '1 healthy' ] && break
    sleep 0.5
  done
  [ "$state" = '1 healthy' ] || fail "$service after kill -9: $state"
done
has "$(curl -sS -m 5 $api/health/ready)" '"status":"ok"'

say "doctor, audit verify, shares, backup"
has "$(keyledger doctor)" ' 0 to mend'
has "$(keyledger audit verify 2>/dev/null)" '1 whole, 0 not'
has "$(ask "$api/audit?format=jsonl" | keyledger audit verify --anchors /dev/stdin)" '1 whole, 0 not, beside'
has "$(keyledger help)" 'Usage: keyledger '
keyledger master-key split --shares 5 --threshold 3 2>/dev/null > shares
[ "$(sed -n '1p;3p;5p' shares | docker run --rm -i keyledger-rehearsal keyledger master-key combine 2>/dev/null)" = "$old_key" ] ||
  fail "three shares do not give the master key"
keyledger backup /backups/before.klb >/dev/null
has "$(keyledger restore --check /backups/before.klb)" 'Whole. '
said=$(keyledger backup here.klb 2>&1) && fail "a backup into the image"
has "$said" 'below /backups'

say "another master key by variables, while keys are probed"
new_key=$(keyledger master-key generate 2>/dev/null)
setting MASTER_KEY "$new_key"
setting MASTER_KEY_PREVIOUS "$old_key"
up --scale api=2 --scale worker=2
has "$(keyledger master-key rotate 2>/dev/null)" '1 data key wrapped anew'
setting MASTER_KEY_PREVIOUS ''
up --scale api=2 --scale worker=2

say "from variables to a file, and another master key by the file, with nothing started again"
echo "$new_key" | install -m 0444 /dev/stdin secrets/master.key
setting MASTER_KEY ''
setting MASTER_KEY_FILE /secrets/master.key
up --scale api=2 --scale worker=2
started=$(docker inspect -f '{{.State.StartedAt}}' $(containers))
keyledger master-key generate 2>/dev/null >> secrets/master.key
has "$(keyledger master-key status)" 'it can be removed'
sed -i '1!G;h;$!d' secrets/master.key
has "$(keyledger master-key rotate 2>/dev/null)" '1 data key wrapped anew'
sed -i '$d' secrets/master.key
store_key 6
before=$(ask $api/keys | of 'it.items.map((key) => key.probes24h.total).join()')
for _ in $(seq 40); do
  after=$(ask $api/keys | of 'it.items.map((key) => key.probes24h.total).join()')
  [ "$after" != "$before" ] && break
  sleep 0.5
done
[ "$after" != "$before" ] || fail "no probe since the rotation"
[ "$(docker inspect -f '{{.State.StartedAt}}' $(containers))" = "$started" ] || fail "something was started again"

say "not one probe failed, and everything is as it should be"
[ "$(ask $api/keys | of 'it.items.reduce((sum, key) => sum + key.probes24h.failed, 0)')" = 0 ] || fail "probes failed: $(ask $api/keys)"
has "$(keyledger doctor)" ' 0 to know, 0 to mend'

say "a dump of Postgres' own is restored into a new database"
docker compose exec -T postgres pg_dump -U keyledger -Fc keyledger > keyledger.dump
docker compose stop api worker >/dev/null 2>&1
docker compose exec -T postgres dropdb -U keyledger --force keyledger
docker compose exec -T postgres createdb -U keyledger keyledger
docker compose exec -T postgres pg_restore -U keyledger -d keyledger --exit-on-error < keyledger.dump
up --scale api=2 --scale worker=2
has "$(ask $api/keys)" '"key 6"'
has "$(keyledger doctor)" ' 0 to mend'

say "an installation of before the api had a login of its own gets it by itself"
docker compose stop api worker >/dev/null 2>&1
owner 'DROP OWNED BY keyledger_api; DROP ROLE keyledger_api'
up --scale api=2 --scale worker=2
has "$(ask $api/keys)" '"key 6"'

say "the server is gone: the backup is restored into an empty installation, under the key of then"
docker compose down -v --timeout 20 >/dev/null 2>&1
setting MASTER_KEY "$old_key"
setting MASTER_KEY_FILE ''
setting PORT $port
has "$(docker compose -p $restored run --rm -T worker keyledger restore /backups/before.klb 2>/dev/null)" 'each as it was'
docker compose -p $restored up -d --wait --wait-timeout 120 >/dev/null 2>&1
has "$(ask $api/keys)" '"key 5"'
has "$(docker compose -p $restored exec -T api keyledger doctor)" ' 0 to mend'

say "the whole compose file does as the docs say"
