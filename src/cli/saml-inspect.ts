import { readFile } from 'node:fs/promises'
import { table } from './terminal-table.ts'
import { loadSettings, problemLine } from '../config/load.ts'
import type { Environment } from '../config/references.ts'
import type { Settings } from '../config/settings.ts'
import { awsAudience, awsFreshSeconds, readOwnKey, samlAddresses } from '../connectors/saml/connector.ts'
import { base64Bytes } from '../connectors/saml/decode-message.ts'
import { describeResponse } from '../connectors/saml/describe.ts'
import { samlIdentity } from '../connectors/saml/identity.ts'
import { claims, examineResponse } from '../connectors/saml/response.ts'
import { SamlFault } from '../connectors/saml/saml-fault.ts'
import type { SamlSettings } from '../connectors/saml/settings.ts'
import type { OwnKey } from '../connectors/saml/sign.ts'
import { openIdpSource } from '../connectors/saml/transport.ts'
import { openOutbound } from '../outbound/outbound.ts'
import type { Output } from './check.ts'
import { readMadeKeys } from './saml-keys.ts'

export interface InspectAsked {
  readonly config: string
  readonly connector?: string | undefined
  /** ISO 8601: the moment to check at; absent: now. */
  readonly at?: string | undefined
}

/**
 * `gatehouse saml inspect FILE`: every check on a captured response (XML, base64, or the form as it was posted), without a server. What
 * needs state is left out: whether the request is open, and whether the assertion was used. Exit codes: 0 all held, 2 a check failed, 1
 * nothing could be checked.
 */
export async function samlInspect(file: string, { config, connector, at }: InspectAsked, env: Environment, { out, err }: Output): Promise<number> {
  const loaded = await loadSettings(config, env)
  if (!loaded.ok) {
    for (const problem of loaded.problems) err(problemLine(problem))
    return 1
  }
  const now = at === undefined ? new Date() : new Date(at)
  if (Number.isNaN(now.getTime())) {
    err(`\`${at}\` is no instant: expected 2026-03-01T10:00:00Z`)
    return 1
  }
  const text = responseText(await readFile(file, 'utf8'))
  for (const line of table(['the response', ''], Object.entries(describeResponse(text, now)))) out(line)
  out('')
  const { settings } = loaded
  try {
    const chosen = await choose(settings, text, connector, now)
    return await examined(settings, chosen, text, now, env, out)
  } catch (error) {
    if (!(error instanceof SamlFault)) throw error
    out(`refused. ${error.detail}`)
    return 2
  }
}

/** Whatever a browser's tools or a log gave. */
function responseText(content: string): string {
  const trimmed = content.trim()
  const posted = /(?:^|&)SAMLResponse=([^&\s]+)/.exec(trimmed)?.[1]
  const plain = posted === undefined ? trimmed : decodeURIComponent(posted.replaceAll('+', '%20'))
  return plain.startsWith('<') ? plain : base64Bytes(plain.replaceAll(' ', '+'))?.toString('utf8') ?? plain
}

interface Chosen {
  readonly id: string
  readonly connector: SamlSettings
  readonly idp: Awaited<ReturnType<typeof source>>
}

async function choose(settings: Settings, text: string, wanted: string | undefined, now: Date): Promise<Chosen> {
  const { issuer } = claims(text)
  const all = Object.entries(settings.connectors).flatMap(([id, one]) => (one.type === 'saml' && (wanted === undefined || id === wanted) ? [{ id, connector: one }] : []))
  const known: string[] = []
  for (const { id, connector } of all) {
    const idp = await source(settings, connector, now)
    if (wanted !== undefined || idp.entityId === issuer) return { id, connector, idp }
    known.push(idp.entityId)
  }
  throw new SamlFault('issuer', 'no SAML connector of the settings knows this identity provider', { found: issuer ?? 'nothing', expected: known.join(' or ') || wanted })
}

async function source(settings: Settings, { idp }: SamlSettings, now: Date) {
  await using outbound = await openOutbound(settings.outbound)
  await using opened = await openIdpSource(idp, { clock: { now: () => now }, outbound, log: () => undefined })
  return opened.current()
}

/** The settings' own, or those that Gatehouse made: only where there is something to open, so that a look at the rest needs no store. */
async function ownKeys(settings: Settings, id: string, { keys }: SamlSettings, text: string, env: Environment): Promise<readonly OwnKey[]> {
  if (keys) return Promise.all(keys.map(readOwnKey))
  return /EncryptedAssertion|EncryptedID/.test(text) ? readMadeKeys(settings, id, env) : []
}

async function examined(settings: Settings, { id, connector, idp }: Chosen, text: string, now: Date, env: Environment, out: Output['out']): Promise<number> {
  const addresses = samlAddresses(new URL(settings.publicUrl), id)
  const entityId = connector.entityId ?? addresses.entityId
  const aws = describeResponse(text, now).destination === addresses.shared
  const own = await ownKeys(settings, id, connector, text, env)
  const { outcomes, proof } = examineResponse(text, {
    keys: idp.keys, decryptionKeys: own.map(({ key }) => key), allowWeakAlgorithms: connector.allowWeakAlgorithms, requireEncryption: connector.requireEncryption,
  }, {
    now, skewSeconds: connector.clockSkewSeconds, issuer: idp.entityId, contexts: connector.requestedContexts,
    ...(aws ? { audiences: [entityId, awsAudience, addresses.shared], recipients: [addresses.shared, addresses.acs], freshSeconds: awsFreshSeconds } : { audiences: [entityId], recipients: [addresses.acs] }),
  })
  out(`connector ${id}: the ${proof.signed} is signed, ${proof.algorithm.split('#').at(-1)}, by the key ${proof.signedBy.slice(0, 16)}${proof.encrypted ? '; the assertion was encrypted' : ''}`)
  for (const line of table(['', 'check', 'found', 'expected'], outcomes.map(({ ok, check, found, expected }) => [ok ? 'held' : 'FAILED', check, found, expected]))) out(line)
  const failed = outcomes.filter(({ ok }) => !ok)
  for (const { message } of failed) out(`refused: ${message}`)
  if (failed.length > 0) return 2
  const identity = samlIdentity(id, connector, proof, now)
  out(`accepted: ${identity.username}, subject ${identity.subject}, ${identity.groups.length} groups, attributes ${[...identity.attributes.keys()].join(', ') || 'none'}`)
  if (proof.inResponseTo === undefined && !connector.idpInitiated && !aws) out('but nobody asked for it, and `idpInitiated` is off: a browser would be refused')
  return 0
}
