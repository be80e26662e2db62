#!/bin/sh
# A throwaway OpenLDAP with the people of people.ldif. It starts afresh each time and keeps nothing.
# GATEHOUSE_LDAP_URL and GATEHOUSE_LDAP_DIRECTORY move it, for a start outside a container.
set -eu
PATH=$PATH:/usr/sbin
here=$(cd "$(dirname "$0")" && pwd)
url=${GATEHOUSE_LDAP_URL:-ldap://0.0.0.0:389/}
directory=${GATEHOUSE_LDAP_DIRECTORY:-/var/lib/gatehouse-ldap}

if ! command -v slapd >/dev/null || ! command -v ldapsearch >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q
  apt-get install -qy --no-install-recommends slapd ldap-utils
fi

rm -rf "$directory"
mkdir -p "$directory/db"
cat >"$directory/slapd.conf" <<CONF
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile $directory/slapd.pid
database mdb
maxsize 67108864
suffix "dc=example,dc=com"
directory $directory/db
index objectClass,uid,member eq
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="cn=gatehouse,dc=example,dc=com" read by * none
CONF
slapadd -q -f "$directory/slapd.conf" -l "$here/people.ldif"
exec slapd -h "$url" -f "$directory/slapd.conf" -d 0
