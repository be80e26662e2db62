import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import { test } from 'node:test'
import type { Assertion } from '../../../src/connectors/saml/assertion.ts'
import { consumed } from '../../../src/connectors/saml/assertion-consumer.ts'
import { differingField } from '../../../src/connectors/saml/differing-field.ts'
import { ns } from '../../../src/connectors/saml/elements.ts'
import { parsedAssertion } from '../../../src/connectors/saml/parsed-assertion.ts'
import { type Examined, examineResponse } from '../../../src/connectors/saml/response.ts'
import { SamlFault } from '../../../src/connectors/saml/saml-fault.ts'
import { secondOutcome } from '../../../src/connectors/saml/second-reader.ts'
import { escapeXml, signedXml } from '../../../src/connectors/saml/sign.ts'
import {
  acs,
  assertionXml,
  bearer,
  foreignGroups,
  idpEntity,
  makeKey,
  responseXml,
  spEntity,
  trusting,
} from './identity-provider.ts'
import { randomOf } from './random.ts'
import { thirdReading } from './third-reader.ts'

const budgetMs = 1500
const fewest = 60
const now = new Date('2026-03-01T10:00:00Z')
const key = makeKey(now)
const publicKey = createPublicKey(key.key)
const trust = trusting([key])
const expected = {
  now,
  skewSeconds: 60,
  issuer: idpEntity,
  audiences: [spEntity],
  recipients: [acs],
}

interface Dice {
  readonly below: (limit: number) => number
  readonly pick: <T>(from: readonly T[]) => T
}

function diceOf(seed: number): Dice {
  const below = randomOf(seed)
  return { below, pick: (from) => from[below(from.length)]! }
}

const signs = [
  'a',
  'Ω',
  '&',
  '<',
  '>',
  '"',
  "'",
  ' ',
  '\t',
  '\n',
  '\r',
  '\u00a0',
  '\ufeff',
  '\u0300',
  '😀',
  ']]>',
  '&lt;',
  '{$&}',
]
const names = [
  'uid',
  'groups',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'inResponseTo',
  'nameID',
  'issuer',
  'getAssertion',
  'attributes',
  'mail',
  'urn:oid:0.9.2342.19200300.100.1.3',
  'Ωmega name',
  '_',
  '$',
  'https://aws.amazon.com/SAML/Attributes/Role',
]

function text({ below, pick }: Dice): string {
  return Array.from({ length: below(6) }, () => pick(signs)).join('')
}

function value(dice: Dice): string {
  const tag = (inside: string, more = '') =>
    `<saml:AttributeValue${more}>${inside}</saml:AttributeValue>`
  const xsi = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
  return dice.pick([
    () => tag(escapeXml(text(dice))),
    () => tag(escapeXml(text(dice)), `${xsi} xsi:type="saml:x"`),
    () => tag('', `${xsi} xsi:nil="true"`),
    () => tag(`<saml:NameID Format="urn:x">${escapeXml(text(dice))}</saml:NameID>`),
    () => tag(`<saml:Issuer>x</saml:Issuer>${escapeXml(text(dice))}`),
    () => '<saml:AttributeValue/>',
  ])()
}

function statement(dice: Dice): string {
  const attributes = Array.from({ length: 1 + dice.below(3) }, () => {
    const values = Array.from({ length: dice.below(4) }, () => value(dice)).join('')
    const friendly = dice.below(3) === 0 ? ` FriendlyName="a${dice.pick(['\n', '\t', ' '])}b"` : ''
    const name = escapeXml(dice.pick(names))
    return `<saml:Attribute Name="${name}"${friendly}>${values}</saml:Attribute>`
  })
  return `<saml:AttributeStatement>${attributes.join('')}</saml:AttributeStatement>`
}

type Oddity = (assertion: string, dice: Dice) => string

/** What an identity provider may write, and both readers have to read alike. */
const oddities: Readonly<Record<string, Oddity>> = {
  attributes: (xml, dice) => xml.replace('</saml:Assertion>', (end) => statement(dice) + end),
  person: (xml, dice) =>
    xml.replace('>alice</saml:NameID>', () => `>x${escapeXml(text(dice))}</saml:NameID>`),
  qualifiers: (xml, dice) =>
    xml.replace(
      '<saml:NameID',
      () => `<saml:NameID NameQualifier="${escapeXml(text(dice))}" SPNameQualifier=""`,
    ),
  formatless: (xml) => xml.replace(/ Format="urn:oasis[^"]*"/, ''),
  index: (xml, dice) =>
    xml.replace('SessionIndex="s1"', () => `SessionIndex="${escapeXml(text(dice))}"`),
  audience: (xml, dice) =>
    xml.replace(
      '</saml:Conditions>',
      () =>
        `<saml:AudienceRestriction><saml:Audience>x${escapeXml(text(dice))}</saml:Audience>` +
        `<saml:Audience>\n ${spEntity} </saml:Audience></saml:AudienceRestriction>` +
        '</saml:Conditions>',
    ),
  confirmation: (xml, { pick }) =>
    xml.replace(
      '</saml:Subject>',
      `<saml:SubjectConfirmation Method="${pick([bearer, 'urn:x'])}"><saml:` +
        'SubjectConfirmationData NotOnOrAfter="2026-03-01T10:20:00.5Z" ' +
        `Recipient="${pick([acs, 'https://other.example.com'])}" Address="::1"/>` +
        '</saml:SubjectConfirmation></saml:Subject>',
    ),
  session: (xml, { pick }) =>
    xml.replace(
      'SessionIndex=',
      `SessionNotOnOrAfter="2026-03-01T1${pick(['1:00:00Z', '2:00:00+01:00', '1:00:00'])}" $&`,
    ),
  endless: (xml) => xml.replace(/(<saml:Conditions[^>]*) NotOnOrAfter="[^"]*"/, '$1'),
  zoneless: (xml) => xml.replace(/(NotOnOrAfter="[^"]*)Z"/, '$1.123456"'),
  pretty: (xml, { pick }) => xml.replaceAll('><', `>${pick(['\n', '\r\n  ', ' '])}<`),
  prefix: (xml, { pick }) => {
    const prefix = pick(['s2', 'a', '_', 'SAML'])
    return xml.replaceAll('saml:', `${prefix}:`).replace('xmlns:saml=', `xmlns:${prefix}=`)
  },
  unprefixed: (xml) => xml.replaceAll('saml:', '').replace('xmlns:saml=', 'xmlns='),
  advice: (xml, { pick }) =>
    xml.replace(
      '</saml:Conditions>',
      '$&<saml:Advice xmlns:z="urn:z" z:a="1" ' +
        `${pick(['xml:lang="de"', 'xmlns:y="urn:z" y:b="2"'])}><b xmlns="">x<z:c/></b>` +
        `<saml:Assertion2 ${pick(['', 'xmlns:saml="urn:w"'])}/></saml:Advice>`,
    ),
}

/** What passport-saml is known to read differently: it has to refuse, and nothing else. */
const dividing: Readonly<Record<string, Oddity>> = {
  'line end': (xml) => xml.replace('>alice<', '>ali\u2028ce<'),
  'foreign namespace': (xml) => xml.replace('</saml:Assertion>', `${foreignGroups}$&`),
}

interface Made {
  readonly xml: string
  readonly oddities: readonly string[]
  readonly divided: boolean
}

function make(dice: Dice): Made {
  const all = Object.keys(oddities)
  const chosen = [...new Set(Array.from({ length: dice.below(5) }, () => dice.pick(all)))]
  // A new prefix comes last, because the others look for the old one.
  const isPrefix = (name: string) => Number(name.includes('prefix'))
  const ordered = chosen.toSorted((one, other) => isPrefix(one) - isPrefix(other))
  const parts = dice.below(10) === 0 ? [dice.pick(Object.keys(dividing)), ...ordered] : ordered
  const told = dice.pick([{}, { inResponseTo: '_q' }, { inResponseTo: '_q', responseTo: null }])
  const plain = assertionXml(now, told)
  const assertion = parts.reduce(
    (xml, name) => (dividing[name] ?? oddities[name])!(xml, dice),
    plain,
  )
  const after = /<\/[\w:]*Issuer>/.exec(assertion)![0]
  const what = dice.pick(['assertion', 'response', 'both'])
  const inner = what === 'response' ? assertion : signedXml(assertion, key, after)
  const response = responseXml(now, inner, told)
  const xml = what === 'assertion' ? response : signedXml(response, key, '</saml:Issuer>')
  return {
    xml,
    oddities: parts,
    divided: parts[0] !== undefined && Object.hasOwn(dividing, parts[0]),
  }
}

function examined(xml: string): Examined | undefined {
  try {
    const found = examineResponse(xml, trust, expected)
    return found.outcomes.every(({ ok }) => ok) ? found : undefined
  } catch (error) {
    if (error instanceof SamlFault) return undefined
    throw error
  }
}

/** The first field that libxml2 reads differently, or why it refuses the message. */
function thirdVerdict(xml: string, assertion: Assertion): string | undefined {
  try {
    return differingField(assertion, thirdReading(xml, publicKey))
  } catch (error) {
    return String(error)
  }
}

/** Changes a few characters of a message, or moves a piece of it. */
function damaged(xml: string, { below, pick }: Dice): string {
  const [from, to] = [below(xml.length), below(xml.length)]
  const piece = xml.slice(from, from + below(200))
  return pick([
    () => xml.slice(0, from) + pick([...signs, '/', '=', ':', 'saml:']) + xml.slice(from + 1),
    () => xml.slice(0, from) + xml.slice(from + 1 + below(3)),
    () => xml.slice(0, to) + piece + xml.slice(to),
    () => xml.replace(pick(['alice', 'devs', '_q', 's1', ns.saml]), 'root'),
  ])()
}

test('three readers read alike whatever an identity provider signs', async (t) => {
  // The library's parser speaks of what it mends in damaged messages.
  t.mock.method(console, 'warn', () => undefined)
  const until = performance.now() + budgetMs
  const start = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31))
  const count = { tried: 0, accepted: 0, refusedBySecond: 0, damaged: 0, damagedAccepted: 0 }
  for (let seed = start; count.tried < fewest || performance.now() < until; seed++) {
    const dice = diceOf(seed)
    const { xml, oddities: parts, divided } = make(dice)
    const told = `seed ${seed}: ${parts.join(', ')}`
    const first = examined(xml)
    count.tried++
    if (!first) continue
    count.accepted++
    const { assertion } = first.proof
    assert.equal(thirdVerdict(xml, assertion), undefined, `libxml2, ${told}`)
    const second = await secondOutcome(first, expected)
    if (!second.ok) count.refusedBySecond++
    assert.equal(second.ok, !divided, `passport-saml, ${told}: ${second.message}, ${second.found}`)
    await checkDamaged(damaged(xml, dice), first, told)
  }
  t.diagnostic(`from seed ${start}: ${JSON.stringify(count)}`)
  assert.ok(count.accepted > fewest / 2)

  /** Neither reader, alone, may read something else out of a damaged message. */
  async function checkDamaged(xml: string, honest: Examined, told: string): Promise<void> {
    count.damaged++
    const { assertion } = honest.proof
    const first = examined(xml)
    if (first) assert.equal(differingField(first.proof.assertion, assertion), undefined, told)
    if (first) count.damagedAccepted++
    const second = await consumed(xml, {
      signingKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      signed: honest.proof.signed,
      recipient: acs,
      audience: spEntity,
      inResponseTo: honest.proof.inResponseTo,
      now,
      skewSeconds: 60,
    }).catch((error: unknown) => error)
    if (second instanceof Error) return
    const field = differingField(parsedAssertion(second), assertion)
    assert.ok(field === undefined || told.includes('foreign'), `${told}: ${field}`)
  }
})
