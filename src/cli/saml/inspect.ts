import { readFile } from 'node:fs/promises'
import { loadSettings, problemLine } from '../../config/load.ts'
import type { Environment } from '../../config/references.ts'
import type { Settings } from '../../config/settings.ts'
import { standardInput } from '../../config/standard-input.ts'
import { acceptedByConnector, samlAddresses } from '../../connectors/saml/addresses.ts'
import type { Expectations, Outcome } from '../../connectors/saml/conditions.ts'
import { base64Bytes } from '../../connectors/saml/decode-message.ts'
import { decodeXml } from '../../connectors/saml/decode-xml.ts'
import { describeResponse } from '../../connectors/saml/describe.ts'
import { samlIdentity } from '../../connectors/saml/identity.ts'
import { readOwnKey } from '../../connectors/saml/own-keys.ts'
import { claims, type Examined, examineResponse } from '../../connectors/saml/response.ts'
import { SamlFault } from '../../connectors/saml/saml-fault.ts'
import { secondOutcome } from '../../connectors/saml/second-reader.ts'
import type { SamlSettings } from '../../connectors/saml/settings.ts'
import type { OwnKey } from '../../connectors/saml/sign.ts'
import { openIdpSource } from '../../connectors/saml/transport.ts'
import type { Identity } from '../../kernel/identity.ts'
import { openOutbound } from '../../outbound/outbound.ts'
import type { Output } from '../check.ts'
import { readMadeKeys } from '../connector/saml/keys.ts'
import { table } from '../terminal-table.ts'

export interface InspectAsked {
  readonly config: string
  readonly connector?: string | undefined
  /** ISO 8601: the time to check at; defaults to now. */
  readonly at?: string | undefined
}

/**
 * `gatehouse saml inspect FILE`: runs every check on a captured response (XML, base64, or the form
 * as it was posted), without a server. Omits the checks that need state: whether the request is
 * still open, and whether the assertion was used before. Exit codes: 0 all checks passed, 2 a check
 * failed, 1 nothing could be checked.
 */
export async function samlInspect(
  file: string,
  { config, connector, at }: InspectAsked,
  env: Environment,
  { out, err }: Output,
): Promise<number> {
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
  const { settings } = loaded
  try {
    const text = responseText(
      decodeXml(file === '-' ? await standardInput() : await readFile(file)),
    )
    for (const line of table(['the response', ''], Object.entries(describeResponse(text, now))))
      out(line)
    out('')
    const captured = { settings, text, now, env }
    return await examined(captured, await choose(captured, connector), out)
  } catch (error) {
    if (!(error instanceof SamlFault)) throw error
    out(`refused. ${error.detail}`)
    return 2
  }
}

/** Accepts what a browser's tools or a log provide: XML, base64, or a posted form. */
function responseText(content: string): string {
  const trimmed = content.trim()
  const posted = /(?:^|&)SAMLResponse=([^&\s]+)/.exec(trimmed)?.[1]
  const plain = posted === undefined ? trimmed : decodeURIComponent(posted.replaceAll('+', '%20'))
  if (plain.startsWith('<')) return plain
  const bytes = base64Bytes(plain.replaceAll(' ', '+'))
  return bytes ? decodeXml(bytes) : plain
}

interface Captured {
  readonly settings: Settings
  /** The response, as XML. */
  readonly text: string
  readonly now: Date
  readonly env: Environment
}

interface Chosen {
  readonly id: string
  readonly connector: SamlSettings
  readonly idp: Awaited<ReturnType<typeof source>>
}

async function choose(
  { settings, text, now }: Captured,
  wanted: string | undefined,
): Promise<Chosen> {
  const { issuer } = claims(text)
  const all = Object.entries(settings.connectors).flatMap(([id, one]) =>
    one.type === 'saml' && (wanted === undefined || id === wanted) ? [{ id, connector: one }] : [],
  )
  const known: string[] = []
  for (const { id, connector } of all) {
    try {
      const idp = await source(settings, connector, now)
      if (wanted !== undefined || idp.entityId === issuer) return { id, connector, idp }
      known.push(idp.entityId)
    } catch (error) {
      // The failure of another connector does not concern this response.
      if (wanted !== undefined) throw error
      known.push(`${id}, which cannot be read: ${(error as Error).message}`)
    }
  }
  throw new SamlFault('issuer', 'no SAML connector of the settings knows this identity provider', {
    found: issuer ?? 'nothing',
    expected: known.join(' or ') || wanted,
  })
}

async function source(settings: Settings, { idp }: SamlSettings, now: Date) {
  await using outbound = await openOutbound(settings.outbound)
  await using opened = await openIdpSource(idp, {
    clock: { now: () => now },
    outbound,
    log: () => undefined,
  })
  return opened.current()
}

/**
 * Returns the keys of the settings, or those that Gatehouse generated. Reads the latter only where
 * there is something to decrypt, so that inspecting anything else needs no store.
 */
async function ownKeys(
  { settings, text, env }: Captured,
  { id, connector: { keys } }: Chosen,
): Promise<readonly OwnKey[]> {
  if (keys) return Promise.all(keys.map(readOwnKey))
  return /EncryptedAssertion|EncryptedID/.test(text) ? readMadeKeys(settings, id, env) : []
}

async function examined(captured: Captured, chosen: Chosen, out: Output['out']): Promise<number> {
  const { settings, text, now } = captured
  const { id, connector, idp } = chosen
  const addresses = samlAddresses(new URL(settings.publicUrl), id)
  const entityId = connector.entityId ?? addresses.entityId
  const aws = describeResponse(text, now).destination === addresses.shared
  const own = await ownKeys(captured, chosen)
  const trust = {
    keys: idp.keys,
    decryptionKeys: own.map(({ key }) => key),
    allowWeakAlgorithms: connector.allowWeakAlgorithms,
    requireEncryption: connector.requireEncryption,
  }
  const expected = {
    now,
    skewSeconds: connector.clockSkewSeconds,
    issuer: idp.entityId,
    contexts: connector.requestedContexts,
    nameIdOptional: !aws && connector.subjectAttribute !== undefined,
    ...acceptedByConnector(addresses, entityId, aws ? 'aws' : 'own'),
  }
  const first = examineResponse(text, trust, expected)
  const { proof } = first
  const outcomes = await bothOutcomes(first, connector, expected)
  for (const line of [signedText(id, proof), ...outcomesTable(outcomes)]) out(line)
  const failed = outcomes.filter(({ ok }) => !ok)
  for (const { message } of failed) out(`refused: ${message}`)
  if (failed.length > 0) return 2
  out(acceptedText(samlIdentity(id, connector, proof, now)))
  if (proof.inResponseTo === undefined && !connector.idpInitiated && !aws)
    out('but nobody asked for it, and `idpInitiated` is off: a browser would be refused')
  return 0
}

/** The second reader reads only what the first one accepts, as at a sign-in. */
async function bothOutcomes(
  first: Examined,
  { secondReader }: SamlSettings,
  expected: Expectations,
): Promise<readonly Outcome[]> {
  const { outcomes } = first
  if (secondReader === 'off' || outcomes.some(({ ok }) => !ok)) return outcomes
  return [...outcomes, await secondOutcome(first, expected)]
}

function signedText(id: string, { signed, algorithm, signedBy, encrypted }: Examined['proof']) {
  const by = `${algorithm.split('#').at(-1)}, by the key ${signedBy.slice(0, 16)}`
  const opened = encrypted ? '; the assertion was encrypted' : ''
  return `connector ${id}: the ${signed} is signed, ${by}${opened}`
}

function outcomesTable(outcomes: Examined['outcomes']): readonly string[] {
  return table(
    ['', 'check', 'found', 'expected'],
    outcomes.map(({ ok, check, found, expected }) => [
      ok ? 'held' : 'FAILED',
      check,
      found,
      expected,
    ]),
  )
}

function acceptedText({ username, subject, groups, attributes }: Identity): string {
  const names = [...attributes.keys()].join(', ') || 'none'
  return [
    `accepted: ${username}`,
    `subject ${subject}`,
    `${groups.length} groups`,
    `attributes ${names}`,
  ].join(', ')
}
