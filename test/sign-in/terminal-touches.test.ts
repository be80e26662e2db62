import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditEvent } from '../../src/audit/event.ts'
import type { Identity } from '../../src/kernel/identity.ts'
import { Ids } from '../../src/kernel/ids.ts'
import type { ChallengeUse } from '../../src/sessions/security-keys.ts'
import { SignInRefusal } from '../../src/sign-in/sign-in-refusal.ts'
import { buildTerminalTouches } from '../../src/sign-in/terminal-touches.ts'
import { rememberTouches } from '../../src/sign-in/touches.ts'
import type { PersonKeyRecord } from '../../src/store/records.ts'
import { recordingAudit } from '../audit/recording-audit.ts'
import { movableClock } from '../conformance/ephemeral.ts'
import { inMemory } from '../http/in-memory.ts'

const signedInAt = new Date('2026-12-01T08:00:00.000Z')
const terminal: Identity = {
  ...{ connector: 'corp', protocol: 'ldap', subject: 'uuid-1', username: 'amina' },
  ...{ displayName: 'Amina', attributes: new Map(), groups: [], strength: 'password' },
  ...{ authenticatedAt: signedInAt, signIn: 'of the terminal' },
}
/** The same person in a browser, by another sign-in. */
const browser: Identity = { ...terminal, signIn: 'of the browser' }
const jonas: Identity = { ...terminal, subject: 'uuid-2', username: 'jonas', signIn: 'of jonas' }
const origin = {
  ...{ sourceAddress: '192.0.2.7', secure: true, region: 'us-east-1' },
  ...{ userAgent: 'gatehouse', requestId: 'request' },
}
const asks = {
  returnTo: 'http://127.0.0.1:4711/signed-in?state=5a7b0c1d-0000-4000-8000-000000000000',
  machine: 'laptop',
}

/** Amina and Jonas have a key each, which answers `touch` and the use that it was asked for. */
function opened() {
  const clock = movableClock(signedInAt)
  const events: AuditEvent[] = []
  const state = { allowed: true, keys: new Set(['uuid-1', 'uuid-2']) }
  const ephemeral = inMemory(clock)
  const answer = (person: { subject: string }, { purpose, by }: ChallengeUse) =>
    JSON.stringify([person.subject, purpose, by])
  const spent = new Set<string>()
  const hasKey = async ({ subject }: { subject: string }) => state.keys.has(subject)
  const mayHaveKeys = () => state.allowed
  const touches = rememberTouches({ ephemeral, mayHaveKeys, hasKey })
  const made = buildTerminalTouches({
    ...{ audit: recordingAudit(events), clock, ids: new Ids() },
    ...{ ephemeral, touches, mayHaveKeys },
    endsAt: () => new Date(signedInAt.getTime() + 3_600_000),
    personKeys: {
      of: async (person) =>
        (await hasKey(person)) ? [{ id: 'K1', name: 'office' } as PersonKeyRecord] : [],
      proof: async (person, use) => ((await hasKey(person)) ? answer(person, use) : undefined),
      async touch(person, use, response) {
        if (response !== answer(person, use) || spent.has(response)) return 'refused'
        spent.add(response)
        return { id: 'K1', name: 'office', at: clock.now() }
      },
    },
  })
  const begin = async (whose = terminal) => (await made.begin(whose, asks, origin)).ticket
  const optionsOf = async (who: Identity, ticket: string) =>
    (await made.asked(who, ticket, origin)).options
  const touch = async (who: Identity, ticket: string) =>
    proofIn(await made.touched(who, ticket, await optionsOf(who, ticket), origin))
  const confirm = (who: Identity, ticket: string, proof: string) =>
    made.confirm(who, ticket, proof, origin)
  const strength = async (who: Identity) => (await touches.raised(who)).strength
  return { ...made, clock, events, state, begin, optionsOf, touch, confirm, strength }
}

const proofIn = (address: string) => new URL(address).searchParams.get('code') ?? ''

function refused(work: Promise<unknown>, code: string): Promise<void> {
  return assert.rejects(work, (error) => {
    assert.ok(error instanceof SignInRefusal, String(error))
    assert.equal(error.fault.code, code)
    return true
  })
}

test('a touch counts once the terminal that asked shows what the browser brought', async () => {
  const at = opened()
  const begun = await at.begin()
  const asking = await at.asked(browser, begun, origin)
  assert.deepEqual([asking.machine, asking.address], ['laptop', '192.0.2.7'])
  assert.match(asking.code, /^[A-Z]{4}-[A-Z]{4}$/)
  const address = await at.touched(browser, begun, asking.options, origin)
  assert.ok(address.startsWith(`${asks.returnTo}&code=`), address)
  assert.equal(await at.strength(terminal), 'password', 'a touch alone raises nothing')
  at.clock.pass(30)
  await at.confirm(terminal, begun, proofIn(address))
  assert.equal(await at.strength(terminal), 'hardware')
  assert.equal(await at.strength(browser), 'password', 'another sign-in of the person')
  const told = at.events.map(({ eventName, additional }) => [eventName, additional?.MFAIdentifier])
  assert.deepEqual(told, [
    ['CheckMfa', 'K1'],
    ['CheckMfa', 'K1'],
  ])
  const text = JSON.stringify(at.events)
  for (const secret of [begun, proofIn(address), asking.options, asking.code])
    assert.equal(text.includes(secret), false)
})

test('nobody touches for the terminal of somebody else', async () => {
  const at = opened()
  const ticket = await at.begin()
  await refused(at.asked(jonas, ticket, origin), 'touch-of-another')
  const response = await at.optionsOf(browser, ticket)
  await refused(at.touched(jonas, ticket, response, origin), 'touch-of-another')
  const sameSubject = { ...browser, connector: 'other' }
  await refused(at.asked(sameSubject, ticket, origin), 'touch-of-another')
  const proof = await at.touch(browser, ticket)
  await refused(at.confirm(jonas, ticket, proof), 'touch-of-another')
  const another = { ...terminal, signIn: 'of a second terminal' }
  await refused(at.confirm(another, ticket, proof), 'touch-of-another')
  await at.confirm(terminal, ticket, proof)
  assert.equal(await at.strength(another), 'password')
})

test('who led the person to the page has nothing to show, and may guess once', async () => {
  const at = opened()
  const ticket = await at.begin()
  await refused(at.confirm(terminal, ticket, 'before the touch'), 'touch-ended')
  const proof = await at.touch(browser, ticket)
  await refused(at.confirm(terminal, ticket, 'a guess'), 'touch-ended')
  await refused(at.confirm(terminal, ticket, proof), 'touch-ended')
  assert.equal(await at.strength(terminal), 'password')
})

test('a question, its touch and its proof count once', async () => {
  const at = opened()
  const [ticket, second] = [await at.begin(), await at.begin()]
  const response = await at.optionsOf(browser, ticket)
  await refused(at.touched(browser, second, response, origin), 'key-refused')
  const proof = proofIn(await at.touched(browser, ticket, response, origin))
  await refused(at.touched(browser, ticket, response, origin), 'touch-ended')
  await refused(at.asked(browser, ticket, origin), 'touch-ended')
  await refused(at.confirm(terminal, second, proof), 'touch-ended')
  await at.confirm(terminal, ticket, proof)
  await refused(at.confirm(terminal, ticket, proof), 'touch-ended')
})

test('of two touches at once one counts, and a refused one leaves the question open', async () => {
  const at = opened()
  const ticket = await at.begin()
  await refused(at.touched(browser, ticket, '{}', origin), 'key-refused')
  const response = await at.optionsOf(browser, ticket)
  const both = [1, 2].map(() => at.touched(browser, ticket, response, origin))
  const settled = await Promise.allSettled(both)
  assert.deepEqual(settled.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
})

test('a question lasts five minutes, and what a touch brought two', async () => {
  const at = opened()
  const [late, ticket] = [await at.begin(), await at.begin()]
  const response = await at.optionsOf(browser, late)
  const proof = await at.touch(browser, ticket)
  at.clock.pass(121)
  await refused(at.confirm(terminal, ticket, proof), 'touch-ended')
  at.clock.pass(180)
  await refused(at.asked(browser, late, origin), 'touch-ended')
  await refused(at.touched(browser, late, response, origin), 'touch-ended')
})

test('without a key, or a rule that lets the person have one, nothing is asked', async () => {
  const at = opened()
  at.state.keys.delete('uuid-1')
  await refused(at.begin(), 'no-key-yet')
  await refused(at.begin({ ...terminal, signIn: undefined }), 'attempt-ended')
  at.state.keys.add('uuid-1')
  const [ticket, open] = [await at.begin(), await at.begin()]
  const response = await at.optionsOf(browser, open)
  const proof = await at.touch(browser, ticket)
  at.state.allowed = false
  await refused(at.begin(), 'keys-not-allowed')
  await refused(at.touched(browser, open, response, origin), 'keys-not-allowed')
  await refused(at.confirm(terminal, ticket, proof), 'keys-not-allowed')
  at.state.allowed = true
  const again = await at.begin()
  const proved = await at.touch(browser, again)
  at.state.keys.delete('uuid-1')
  await refused(at.confirm(terminal, again, proved), 'key-refused')
  await refused(at.asked(browser, open, origin), 'no-key-yet')
})
