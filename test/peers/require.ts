import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { TestContext } from 'node:test'

/** What each peer is called on this machine, and the Debian packages that bring it. */
const peers = {
  slapd: {
    programs: ['slapd', 'slapadd', 'ldapadd', 'openssl'],
    packages: 'slapd slapd-contrib ldap-utils openssl',
  },
  samba: {
    programs: ['samba', 'samba-tool', 'openssl'],
    packages:
      'samba-ad-dc samba-ad-provision samba samba-common-bin python3-samba ' +
      'samba-dsdb-modules samba-vfs-modules winbind openssl',
  },
  // Debian's: its code is a library too, which journeys load once for many commands.
  awscli: {
    programs: ['aws', '../lib/python3/dist-packages/awscli'],
    packages: 'awscli',
  },
  redis: { programs: ['redis-server'], packages: 'redis-server' },
  // `psql` is on everybody's path; the server's programs are in a folder of their version.
  postgres: { programs: ['psql', 'setpriv'], packages: 'postgresql' },
  simplesamlphp: {
    programs: ['php'],
    packages: 'simplesamlphp php-cli php-xml php-mbstring php-curl php-sqlite3',
  },
  xmlsec1: { programs: ['xmlsec1'], packages: 'xmlsec1' },
  // A library: Debian's Python finds it in this folder.
  boto3: { programs: ['python3', '../lib/python3/dist-packages/boto3'], packages: 'python3-boto3' },
  proxies: { programs: ['nginx', 'haproxy', 'caddy'], packages: 'nginx-light haproxy caddy' },
  systemd: { programs: ['systemd-analyze'], packages: 'systemd' },
  // Opening a page in the shell costs a fifth of what it costs in the browser with its windows.
  chromium: {
    programs: [['chromium-headless-shell', 'chromium']],
    packages: 'chromium-headless-shell',
  },
} as const

export type Peer = keyof typeof peers

const folders = [
  ...(process.env.PATH ?? '').split(delimiter),
  '/usr/sbin',
  '/usr/local/sbin',
  '/usr/bin',
]

/**
 * The full path of a program, or of the first that there is; Debian keeps servers in /usr/sbin,
 * which is not on everybody's PATH.
 */
export function findProgram(names: string | readonly string[]): string | undefined {
  return [names]
    .flat()
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

/**
 * True when `peer` can be started. Else the test is skipped with a sentence that says what to
 * install; under CI it fails, since a suite that silently proves nothing is worse than a red one.
 */
export function requirePeer(t: TestContext, peer: Peer): boolean {
  const { programs, packages } = peers[peer]
  const absent = programs.filter((names) => !findProgram(names)).map((names) => [names].flat()[0])
  const rootless = peer === 'samba' && process.getuid?.() !== 0
  if (absent.length === 0 && !rootless) return true
  const reason =
    absent.length > 0
      ? `needs ${absent.join(', ')}: apt-get install ${packages}`
      : 'a Samba domain controller binds port 389 and keeps xattrs: needs root'
  if (process.env.CI) throw new Error(`${reason} (CI proves everything or fails)`)
  t.skip(reason)
  return false
}

export function findChromium(): string {
  return findProgram(peers.chromium.programs[0]) ?? 'chromium'
}

/** The environment without what would point a child at other certificates or a proxy's CA. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const { AWS_CA_BUNDLE: _a, NODE_EXTRA_CA_CERTS: _n, SSL_CERT_FILE: _s, ...rest } = process.env
  return rest
}
