import { randomInt } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runProgram, startPeer, untilReady } from './child.ts'
import { findProgram } from './require.ts'
import { makeCertificates } from './tls.ts'

export interface Samba extends AsyncDisposable {
  readonly ldapUrl: string
  readonly ldapsUrl: string
  readonly caFile: string
  readonly baseDn: string
  readonly realm: string
  readonly adminDn: string
  readonly adminPassword: string
  passwordOf(name: string): string
}

const baseDn = 'DC=corp,DC=test'
const adminPassword = 'Adm1n-Passw0rd'

/**
 * A throwaway Active Directory domain controller. Samba's ports are fixed, so each has a loopback
 * address of its own. People and groups are put in place before it starts: see samba-people.py.
 * Needs root; about ten seconds.
 */
export async function startSamba(): Promise<Samba> {
  await using undo = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'gatehouse-samba-'))
  undo.defer(() => rm(directory, { recursive: true, force: true }))
  const address = `127.${randomInt(20, 220)}.${randomInt(1, 250)}.${randomInt(1, 250)}`
  for (const name of ['run', 'ncalrpc', 'log']) await mkdir(join(directory, name))
  const tls = await makeCertificates(directory, [`IP:${address}`, 'DNS:dc1.corp.test'])
  await writeFile(join(directory, 'empty.conf'), '[global]\n')
  await runProgram(program('samba-tool'), provisionArguments(directory, address, tls))
  const config = join(directory, 'ad/etc/smb.conf')
  await runProgram('/usr/bin/python3', [
    join(import.meta.dirname, 'samba-people.py'),
    config,
    join(directory, 'ad/private/sam.ldb'),
  ])
  // `-i` ends at the end of standard input unless that is no pipe: startPeer gives /dev/null.
  const server = undo.use(
    startPeer(program('samba'), [
      '-s',
      config,
      '-i',
      '-M',
      'single',
      '--debug-stdout',
      '--no-process-group',
    ]),
  )
  await untilReady(server, () => accepts(address, 636))
  const owned = undo.move()
  return {
    ldapUrl: `ldap://${address}`,
    ldapsUrl: `ldaps://${address}`,
    caFile: tls.caFile,
    baseDn,
    realm: 'corp.test',
    adminDn: `CN=Administrator,CN=Users,${baseDn}`,
    adminPassword,
    passwordOf: (name) => `Passw0rd-${name}`,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

function provisionArguments(
  directory: string,
  address: string,
  tls: { caFile: string; certFile: string; keyFile: string },
): readonly string[] {
  const options = {
    interfaces: `${address}/8`,
    'bind interfaces only': 'yes',
    'disable netbios': 'yes',
    'server services': 'ldap',
    'pid directory': `${directory}/run`,
    'lock directory': `${directory}/run`,
    'ncalrpc dir': `${directory}/ncalrpc`,
    'winbindd socket directory': `${directory}/run/winbindd`,
    'ntp signd socket directory': `${directory}/run/ntp_signd`,
    'log file': `${directory}/log/samba.log`,
    'tls keyfile': tls.keyFile,
    'tls certfile': tls.certFile,
    'tls cafile': tls.caFile,
    'dns update command': '/bin/true',
    'spn update command': '/bin/true',
    'samba kcc command': '/bin/true',
  }
  return [
    'domain',
    'provision',
    '-q',
    '-s',
    `${directory}/empty.conf`,
    `--targetdir=${directory}/ad`,
    '--realm=CORP.TEST',
    '--domain=CORP',
    '--host-name=dc1',
    `--host-ip=${address}`,
    `--adminpass=${adminPassword}`,
    '--server-role=dc',
    '--dns-backend=NONE',
    ...Object.entries(options).map(([name, value]) => `--option=${name}=${value}`),
  ]
}

function program(name: string): string {
  return findProgram(name) ?? name
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
