import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, runProgram, startPeer, untilReady } from './child.ts'
import { findProgram } from './require.ts'
import { slapdPeople } from './slapd-people.ts'
import { makeCertificates } from './tls.ts'

export interface Slapd extends AsyncDisposable {
  readonly pid: number
  readonly ldapUrl: string
  readonly ldapsUrl: string
  readonly caFile: string
  readonly baseDn: string
  readonly adminDn: string
  readonly adminPassword: string
  /** May read people and groups; not passwords. */
  readonly serviceDn: string
  readonly servicePassword: string
  /** `uid=alice` has the password `alicepw`, and so on: see slapd-people.ts. */
  passwordOf(uid: string): string
  /** Applies LDIF as the administrator (`ldapmodify -a`). */
  modify(ldif: string): Promise<void>
}

export interface SlapdOptions {
  /** More entries, as LDIF, added with the overlays running. */
  readonly ldif?: string
  /** More lines for slapd.conf, before the database. */
  readonly globalConfig?: string
}

const baseDn = 'dc=example,dc=test'
const adminDn = `cn=admin,${baseDn}`
const serviceDn = `cn=svc,${baseDn}`

/**
 * A throwaway OpenLDAP on free ports, with TLS of its own CA, memberOf, and a password policy that
 * locks after three.
 */
export async function startSlapd({
  ldif = '',
  globalConfig = '',
}: SlapdOptions = {}): Promise<Slapd> {
  await using undo = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'gatehouse-slapd-'))
  undo.defer(() => rm(directory, { recursive: true, force: true }))
  await mkdir(join(directory, 'db'))
  const tls = await makeCertificates(directory, ['IP:127.0.0.1', 'DNS:localhost'])
  const config = join(directory, 'slapd.conf')
  await writeFile(config, configText(directory, tls, globalConfig))
  const { people, groups } = slapdPeople(baseDn)
  // Offline for speed and for operational attributes; groups online, else memberOf stays empty.
  await runProgram(program('slapadd'), ['-q', '-f', config], people)

  const ldapUrl = `ldap://127.0.0.1:${await freePort()}`
  const ldapsUrl = `ldaps://127.0.0.1:${await freePort()}`
  const server = undo.use(
    startPeer(program('slapd'), ['-h', `${ldapUrl}/ ${ldapsUrl}/`, '-f', config, '-d', '0']),
  )
  const modify = async (text: string): Promise<void> => {
    await runProgram(
      program('ldapadd').replace(/ldapadd$/, 'ldapmodify'),
      ['-a', '-x', '-H', ldapUrl, '-D', adminDn, '-w', 'adminpw'],
      text,
    )
  }
  await untilReady(server, () =>
    runProgram(program('ldapadd').replace(/ldapadd$/, 'ldapwhoami'), ['-x', '-H', ldapUrl]).then(
      () => true,
      () => false,
    ),
  )
  await modify(groups + ldif)

  const owned = undo.move()
  return {
    pid: server.pid,
    ldapUrl,
    ldapsUrl,
    caFile: tls.caFile,
    baseDn,
    adminDn,
    adminPassword: 'adminpw',
    serviceDn,
    servicePassword: 'svcpw',
    passwordOf: (uid) => `${uid}pw`,
    modify,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

function program(name: string): string {
  return findProgram(name) ?? name
}

/**
 * `bind_anon_cred` answers a name with an empty password by "success", as many directories in the
 * field do.
 */
function configText(
  directory: string,
  tls: { caFile: string; certFile: string; keyFile: string },
  globalConfig: string,
): string {
  const schemas = ['core', 'cosine', 'nis', 'inetorgperson'].map(
    (name) => `include /etc/ldap/schema/${name}.schema`,
  )
  const modules = ['back_mdb', 'memberof', 'refint', 'ppolicy'].map((name) => `moduleload ${name}`)
  return `${schemas.join('\n')}
pidfile ${directory}/slapd.pid
argsfile ${directory}/slapd.args
modulepath /usr/lib/ldap
${modules.join('\n')}
allow bind_anon_cred
sizelimit 500
TLSCACertificateFile ${tls.caFile}
TLSCertificateFile ${tls.certFile}
TLSCertificateKeyFile ${tls.keyFile}
TLSVerifyClient never
TLSProtocolMin 3.3
${globalConfig}
database mdb
maxsize 67108864
dbnosync
suffix "${baseDn}"
rootdn "${adminDn}"
rootpw adminpw
directory ${directory}/db
index objectClass,uid,mail,member,memberUid eq
access to attrs=userPassword by self write by anonymous auth by * none
access to * by users read by * none
overlay memberof
memberof-dangling ignore
memberof-refint TRUE
overlay refint
refint_attributes member
overlay ppolicy
ppolicy_default "cn=default,ou=policies,${baseDn}"
ppolicy_use_lockout
ppolicy_hash_cleartext
`
}
