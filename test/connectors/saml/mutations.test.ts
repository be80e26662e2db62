import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import { test } from 'node:test'
import { XMLSerializer } from '@xmldom/xmldom'
import { childElements } from '../../../src/connectors/saml/elements.ts'
import { parseXml } from '../../../src/connectors/saml/parse-xml.ts'
import { type ProvedAssertion, proveResponse } from '../../../src/connectors/saml/response.ts'
import { SamlFault } from '../../../src/connectors/saml/saml-fault.ts'
import {
  acs,
  assertionXml,
  encryptedAssertion,
  idpEntity,
  makeKey,
  responseXml,
  signedPart,
  signedResponse,
  spEntity,
  trusting,
} from './identity-provider.ts'
import { randomOf } from './random.ts'

const budgetMs = 1500
const fewest = 200
const now = new Date()
const [key, attacker, own] = [
  makeKey(now),
  makeKey(now, 'evil.example.com'),
  makeKey(now, 'sso.example.com'),
]
const expected = {
  now,
  skewSeconds: 60,
  issuer: idpEntity,
  audiences: [spEntity],
  recipients: [acs],
}
const trust = trusting([key], { decryptionKeys: [own.key] })

/** What a sign-in comes to: it must not change, whatever else does. */
const meaning = ({
  assertion: { id, subject, attributes, sessionEndsAt, notOnOrAfter, confirmations },
  recipient,
}: ProvedAssertion) =>
  JSON.stringify({
    id,
    subject,
    attributes: [...attributes],
    sessionEndsAt,
    notOnOrAfter,
    confirmations,
    recipient,
  })

function everyElement(root: Element): Element[] {
  return [root, ...childElements(root).flatMap(everyElement)]
}

type Mutation = (
  root: Element,
  pick: <T>(from: readonly T[]) => T,
  random: (below: number) => number,
) => void

const values = [
  '',
  'root',
  'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
  '#',
  '#_0',
  'urn:oasis:names:tc:SAML:2.0:status:Success',
  '2099-01-01T00:00:00Z',
  acs,
  spEntity,
  'constructor',
]

const mutations: Readonly<Record<string, Mutation>> = {
  move(root, pick) {
    const all = everyElement(root)
    const [from, to] = [pick(all.slice(1)), pick(all)]
    // In front of itself, xmldom's list of children would become a ring.
    if (!everyElement(from).includes(to) && to.firstChild !== from)
      to.insertBefore(from, to.firstChild)
  },
  copy(root, pick, random) {
    const all = everyElement(root)
    const [from, to] = [pick(all), pick(all)]
    const copy = from.cloneNode(true) as Element
    // Half of the copies say something else, under another id.
    if (random(2) === 0)
      for (const one of everyElement(copy))
        if (one.hasAttribute('ID')) one.setAttribute('ID', `_copy${random(1000)}`)
    if (random(2) === 0)
      for (const one of everyElement(copy)) if (one.localName === 'NameID') one.textContent = 'root'
    if (random(2) === 0) to.insertBefore(copy, to.firstChild)
    else to.appendChild(copy)
  },
  strip(root, pick) {
    const one = pick(everyElement(root).slice(1))
    one.parentNode?.removeChild(one)
  },
  unwrap(root, pick) {
    const one = pick(everyElement(root).slice(1))
    while (one.firstChild) one.parentNode?.insertBefore(one.firstChild, one)
    one.parentNode?.removeChild(one)
  },
  attribute(root, pick, random) {
    const one = pick(everyElement(root))
    const names = Array.from(one.attributes)
      .map(({ name }) => name)
      .filter((name) => !name.startsWith('xmlns'))
    const name =
      names.length > 0 && random(4) > 0
        ? pick(names)
        : pick(['ID', 'Id', 'URI', 'Algorithm', 'Version', 'InResponseTo', 'Destination', 'xml:id'])
    if (random(3) === 0) one.removeAttribute(name)
    else
      one.setAttribute(
        name,
        random(2) === 0 ? pick(values) : pick(everyElement(root)).getAttribute('ID') || 'x',
      )
  },
  text(root, pick, random) {
    const leaves = everyElement(root).filter((one) => childElements(one).length === 0)
    const one = pick(leaves)
    one.textContent =
      random(2) === 0 ? pick(values) : `${one.textContent ?? ''}${pick([' ', '=', 'x', '\n'])}`
  },
  swap(root, pick) {
    const [one, other] = [pick(everyElement(root).slice(1)), pick(everyElement(root).slice(1))]
    if (one === other || everyElement(one).includes(other) || everyElement(other).includes(one))
      return
    const marker = one.ownerDocument.createElement('x')
    one.parentNode?.replaceChild(marker, one)
    other.parentNode?.replaceChild(one, other)
    marker.parentNode?.replaceChild(other, marker)
  },
  rename(root, pick) {
    const one = pick(everyElement(root).slice(1))
    const copy = one.ownerDocument.createElementNS(
      pick(everyElement(root)).namespaceURI,
      pick(everyElement(root)).tagName,
    )
    for (const { name, value } of Array.from(one.attributes)) copy.setAttribute(name, value)
    while (one.firstChild) copy.appendChild(one.firstChild)
    one.parentNode?.replaceChild(copy, one)
  },
}

/** With the attacker's own key, in the place of the assertion's or the response's signature. */
function resign(xml: string): string {
  const bare = xml.replace(/<ds:Signature .*?<\/ds:Signature>/gs, '')
  try {
    return signedPart(bare, attacker)
  } catch {
    return bare
  }
}

const originals = {
  'assertion signed': () => signedResponse(now, key),
  'response signed': () => signedResponse(now, key, {}, 'response'),
  'both signed': () => signedResponse(now, key, {}, 'both'),
  encrypted: () =>
    responseXml(
      now,
      encryptedAssertion(signedPart(assertionXml(now), key), createPublicKey(own.key)),
    ),
}

test('no mutation of an honest response changes who signs in or what they get', (t) => {
  const until = performance.now() + budgetMs
  const made = Object.values(originals).map((make) => {
    const xml = make()
    return { xml, means: meaning(proveResponse(xml, trust, expected)) }
  })
  const start = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31))
  let [tried, accepted, seed] = [0, 0, start]
  for (; tried < fewest || performance.now() < until; tried++, seed++) {
    const random = randomOf(seed)
    const pick = <T>(from: readonly T[]): T => from[random(from.length)]!
    const { xml, means } = pick(made)
    const names: string[] = []
    let mutated: string
    try {
      const root = parseXml(xml)
      for (let count = 1 + random(3); count > 0; count--) {
        const name = pick(Object.keys(mutations))
        names.push(name)
        mutations[name]!(root, pick, random)
      }
      mutated = new XMLSerializer().serializeToString(root)
    } catch {
      continue // What the serializer or the tree refuses is no message.
    }
    if (random(8) === 0) mutated = resign(mutated)
    try {
      const found = meaning(proveResponse(mutated, trust, expected))
      accepted++
      assert.equal(found, means, `seed ${seed}: ${names.join(', ')}`)
    } catch (error) {
      if (!(error instanceof SamlFault))
        throw new Error(`seed ${seed}: ${names.join(', ')}`, { cause: error })
    }
  }
  t.diagnostic(`${tried} mutations from seed ${start}, ${accepted} accepted with the same meaning`)
  assert.ok(accepted > 0)
})
