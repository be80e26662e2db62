import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeKey, type TestKey } from '../connectors/saml/identity-provider.ts'
import { freePort, startPeer, untilReady } from './child.ts'
import { findProgram } from './require.ts'

/** A service provider as the identity provider knows it. */
export interface KnownSp {
  readonly entityId: string
  readonly acs: string
  readonly logout?: string
  /** By POST alone: how sign-outs go there. */
  readonly logoutByPost?: boolean
  /** Base64 DER: checks signed requests, and encrypts where `encrypts`. */
  readonly certificate?: string
  readonly encrypts?: boolean
  /** Added to what the person has. */
  readonly attributes?: Readonly<Record<string, readonly string[]>>
}

export interface SimpleSamlPhp extends AsyncDisposable {
  readonly entityId: string
  readonly signOnUrl: string
  readonly logoutUrl: string
  readonly metadataUrl: string
  readonly key: TestKey
  /** Replaces the service providers; taken up at the next request. */
  knows(sps: readonly KnownSp[]): Promise<void>
  /** Where a person starts at the identity provider. */
  initiated(entityId: string, relayState?: string): string
  said(): string
}

/** People of the identity provider: name, password and groups. */
export const samlPeople = { alice: 'alicepw', bob: 'bobpw' } as const

const quote = (value: string) => `'${value.replace(/[\\']/g, '\\$&')}'`

/**
 * A SimpleSAMLphp on loopback, in PHP's own server, with two people. It signs response and
 * assertion.
 */
export async function openSimpleSamlPhp(): Promise<SimpleSamlPhp> {
  await using undo = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-ssp-'))
  undo.defer(() => rm(folder, { recursive: true, force: true }))
  for (const name of ['cert', 'log', 'data', 'tmp', 'config', 'metadata', 'sess', 'docroot'])
    await mkdir(join(folder, name))
  const key = makeKey(new Date())
  await writeFile(join(folder, 'cert/idp.key'), key.key.export({ type: 'pkcs8', format: 'pem' }))
  await writeFile(join(folder, 'cert/idp.crt'), key.x509.toString())
  const port = await freePort()
  const base = `http://127.0.0.1:${port}/simplesaml`
  const entityId = `http://127.0.0.1:${port}/idp`
  await writeFile(join(folder, 'config/config.php'), configuration(folder, base))
  await writeFile(join(folder, 'config/authsources.php'), people)
  await writeFile(join(folder, 'metadata/saml20-idp-hosted.php'), hosted(entityId))
  const knows = (sps: readonly KnownSp[]) =>
    writeFile(join(folder, 'metadata/saml20-sp-remote.php'), `<?php\n${sps.map(remote).join('\n')}`)
  await knows([])
  await symlink('/usr/share/simplesamlphp/www', join(folder, 'docroot/simplesaml'))
  const metadataUrl = `${base}/saml2/idp/metadata.php`
  const peer = startPeer('/usr/bin/env', [
    `SIMPLESAMLPHP_CONFIG_DIR=${join(folder, 'config')}`,
    findProgram('php') ?? 'php',
    '-d',
    `session.save_path=${join(folder, 'sess')}`,
    // PHP keeps compiled files, the list of service providers too, for two seconds without a look
    // at the disk.
    '-d',
    'opcache.revalidate_freq=0',
    '-S',
    `127.0.0.1:${port}`,
    '-t',
    join(folder, 'docroot'),
  ])
  undo.use(peer)
  await untilReady(peer, async () => (await fetch(metadataUrl).catch(() => undefined))?.ok === true)
  const owned = undo.move()
  return {
    entityId,
    metadataUrl,
    key,
    knows,
    said: peer.said,
    signOnUrl: `${base}/saml2/idp/SSOService.php`,
    logoutUrl: `${base}/saml2/idp/SingleLogoutService.php`,
    initiated: (sp, relayState) => {
      const query = new URLSearchParams({ spentityid: sp })
      if (relayState !== undefined) query.set('RelayState', relayState)
      return `${base}/saml2/idp/SSOService.php?${query}`
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

function configuration(folder: string, base: string): string {
  return `<?php
$config = [
 'baseurlpath' => '${base}/', 'certdir' => '${folder}/cert/', 'loggingdir' => '${folder}/log/',
 'datadir' => '${folder}/data/', 'tempdir' => '${folder}/tmp',
 'metadatadir' => '${folder}/metadata/',
 'attributenamemapdir' => '/etc/simplesamlphp/attributemap/',
 'secretsalt' => 'throwaway-salt', 'auth.adminpassword' => 'adminpw', 'timezone' => 'UTC',
 'technicalcontact_name' => 'x', 'technicalcontact_email' => 'x@example.test',
 'admin.checkforupdates' => false, 'trusted.url.domains' => null, 'showerrors' => true,
 'errorreporting' => false,
 'logging.level' => SimpleSAML\\Logger::NOTICE, 'logging.handler' => 'file',
 'logging.logfile' => 'ssp.log', 'statistics.out' => [],
 'enable.saml20-idp' => true, 'enable.http_post' => true,
   'module.enable' => ['exampleauth' => true, 'core' => true, 'saml' => true],
 'session.cookie.secure' => false, 'session.cookie.samesite' => null,
 'language.cookie.secure' => false, 'language.cookie.samesite' => null,
 'session.phpsession.savepath' => '${folder}/sess', 'store.type' => 'phpsession',
 'language.available' => ['en'], 'language.default' => 'en', 'theme.use' => 'default',
 'authproc.idp' => [30 => 'core:LanguageAdaptor', 99 => 'core:LanguageAdaptor'],
 'metadata.sources' => [['type' => 'flatfile']], 'metadata.sign.enable' => false,
];
`
}

const people = `<?php
$config = [
 'admin' => ['core:AdminPassword'],
 'example-userpass' => ['exampleauth:UserPass',
  'alice:${samlPeople.alice}' => ['uid' => ['alice'], 'groups' => ['devs', 'ops']],
  'bob:${samlPeople.bob}' => ['uid' => ['bob'], 'groups' => ['visitors']],
 ],
];
`

function hosted(entityId: string): string {
  return `<?php
$metadata['${entityId}'] = [
 'host' => '__DEFAULT__', 'privatekey' => 'idp.key', 'certificate' => 'idp.crt',
 'auth' => 'example-userpass',
 'attributes.NameFormat' => 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic',
 'signature.algorithm' => 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
 'saml20.sign.response' => true, 'saml20.sign.assertion' => true, 'sign.logout' => true,
 'NameIDFormat' => 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
 'authproc' => [4 => ['class' => 'saml:PersistentNameID', 'attribute' => 'uid']],
];
`
}

function remote({
  entityId,
  acs,
  logout,
  logoutByPost = false,
  certificate,
  encrypts,
  attributes = {},
}: KnownSp): string {
  const added = Object.entries(attributes)
    .map(([name, list]) => `${quote(name)} => [${list.map(quote).join(', ')}]`)
    .join(', ')
  const post = "'Binding' => 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'"
  const logoutService = (at: string) =>
    logoutByPost ? `[[${post}, 'Location' => ${quote(at)}]]` : quote(at)
  const signingOut =
    logout === undefined
      ? ''
      : ` 'SingleLogoutService' => ${logoutService(logout)}, 'validate.logout' => true,`
  const signedRequests =
    certificate === undefined
      ? ''
      : ` 'certData' => ${quote(certificate)}, 'validate.authnrequest' => true,`
  return `$metadata[${quote(entityId)}] = [
 'AssertionConsumerService' => ${quote(acs)},
${signingOut}
${signedRequests}
 'assertion.encryption' => ${encrypts === true},
 'authproc' => [40 => ['class' => 'core:AttributeAdd'${added === '' ? '' : `, ${added}`}]],
];`
}
