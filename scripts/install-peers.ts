/**
 * Installs the Debian packages of the real servers that the tests run against. Works only as root
 * on Debian; elsewhere the tests report what is missing and skip (in CI, they fail).
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** Package → a file that it installs. */
const packages = {
  slapd: '/usr/sbin/slapd',
  'ldap-utils': '/usr/bin/ldapadd',
  'slapd-contrib': '/usr/lib/ldap/pw-pbkdf2.so',
  'samba-ad-dc': '/usr/share/doc/samba-ad-dc',
  'samba-ad-provision': '/usr/share/samba/setup',
  samba: '/usr/sbin/samba',
  'samba-common-bin': '/usr/bin/samba-tool',
  'python3-samba': '/usr/lib/python3/dist-packages/samba',
  'samba-dsdb-modules': '/usr/share/doc/samba-dsdb-modules',
  'samba-vfs-modules': '/usr/share/doc/samba-vfs-modules',
  winbind: '/usr/sbin/winbindd',
  'ldb-tools': '/usr/bin/ldbsearch',
  'krb5-user': '/usr/bin/kinit',
  'redis-server': '/usr/bin/redis-server',
  postgresql: '/usr/share/doc/postgresql',
  simplesamlphp: '/usr/share/simplesamlphp/www',
  'php-cli': '/usr/bin/php',
  'php-xml': '/usr/share/doc/php-xml',
  'php-mbstring': '/usr/share/doc/php-mbstring',
  'php-curl': '/usr/share/doc/php-curl',
  'php-sqlite3': '/usr/share/doc/php-sqlite3',
  xmlsec1: '/usr/bin/xmlsec1',
  'chromium-headless-shell': '/usr/bin/chromium-headless-shell',
  awscli: '/usr/bin/aws',
  'python3-boto3': '/usr/lib/python3/dist-packages/boto3',
  openssl: '/usr/bin/openssl',
  'nginx-light': '/usr/sbin/nginx',
  haproxy: '/usr/sbin/haproxy',
  caddy: '/usr/bin/caddy',
  systemd: '/usr/bin/systemd-analyze',
}

const missing = Object.entries(packages)
  .filter(([, file]) => !existsSync(file))
  .map(([name]) => name)

if (missing.length > 0) {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) {
    console.log(`# peers missing, their tests will skip: ${missing.join(' ')}`)
  } else {
    console.log(`# installing the peers of the tests: ${missing.join(' ')}`)
    // Keep the installed services from starting by themselves.
    const policy = '/usr/sbin/policy-rc.d'
    if (!existsSync(policy))
      execFileSync('sh', [
        '-c',
        `printf '#!/bin/sh\\nexit 101\\n' > ${policy} && chmod +x ${policy}`,
      ])
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore', env })
    const done = spawnSync(
      'apt-get',
      ['install', '-y', '-qq', '--no-install-recommends', ...missing],
      {
        stdio: ['ignore', 'ignore', 'inherit'],
        env,
      },
    )
    if (done.status !== 0) console.log('# not every peer could be installed; their tests say which')
  }
}
