import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { file } from '../../../src/connectors/file/connector.ts'
import { fileSettings } from '../../../src/connectors/file/settings.ts'
import { hashPassword, parseArgon2id } from '../../../src/kernel/argon2id.ts'
import type { Identity } from '../../../src/kernel/identity.ts'
import { rejectsWith } from '../rejects-with.ts'

const cheap = { memoryKib: 64, passes: 1, parallelism: 1 }
const clock = { now: () => new Date('2026-03-01T08:00:00Z') }
const open = async (leastRefusalMs = 0) =>
  file.open(
    'demo',
    fileSettings.parse({
      label: 'Demo people',
      accounts: ['111122223333'],
      leastRefusalMs,
      people: [
        {
          username: 'Amina',
          passwordHash: await hashPassword('korrekt päss', cheap),
          displayName: 'Amina O.',
          attributes: { team: 'core', mail: ['a@x.test', 'b@x.test'] },
          groups: ['devs', 'devs'],
        },
        { username: 'off', passwordHash: await hashPassword('secret', cheap), disabled: true },
      ],
    }),
    { clock, log() {} },
  )
const signal = new AbortController().signal

test('a right password proves the identity of the file, whatever spelling was typed', async () => {
  await using people = await open()
  for (const spelling of ['Amina', 'AMINA', ' amina ', 'ａｍｉｎａ']) {
    assert.deepEqual(await people.check(spelling, 'korrekt päss', signal), {
      connector: 'demo',
      protocol: 'file',
      subject: 'amina',
      username: 'Amina',
      displayName: 'Amina O.',
      attributes: new Map([
        ['team', ['core']],
        ['mail', ['a@x.test', 'b@x.test']],
      ]),
      groups: ['devs'],
      authenticatedAt: clock.now(),
      strength: 'password',
    })
  }
})

test('it knows whom it would let in: not those it does not have, or who are disabled', async () => {
  await using people = await open()
  const known = (subject: string) => people.knows!({ subject } as Identity)
  assert.deepEqual(['amina', 'Amina', 'off', 'nobody', ''].map(known), [
    true,
    false,
    false,
    false,
    false,
  ])
})

test('a wrong password and an unknown name read alike and take the same least time', async () => {
  await using people = await open(60)
  for (const [name, password] of [
    ['amina', 'wrong'],
    ['nobody', 'wrong'],
    ['off', 'wrong'],
    ['amina', ''],
  ] as const) {
    const begun = performance.now()
    const fault = await rejectsWith(people.check(name, password, signal), 'credentials-rejected')
    assert.equal(fault.message, 'That name and password do not match')
    assert.ok(performance.now() - begun >= 60)
  }
})

test('an abort ends the waiting of a refusal, not the refusal', async () => {
  await using people = await open(10_000)
  await rejectsWith(
    people.check('nobody', 'wrong', AbortSignal.timeout(20)),
    'credentials-rejected',
  )
})

test('a disabled person learns it after the right password only', async () => {
  await using people = await open()
  await rejectsWith(people.check('off', 'secret', signal), 'account-disabled')
  await rejectsWith(people.check('off', 'wrong', signal), 'credentials-rejected')
})

test('hostile names and passwords are refused without a trace of them in the detail', async () => {
  await using people = await open()
  const hostile: [unknown, unknown][] = [
    ['amina', '   '],
    ['amina', 'korrekt päss\0'],
    ['amina', 'x'.repeat(1025)],
    ['amina', 'x'.repeat(10_240)],
    ['', 'x'],
    [' ', 'x'],
    ['amina\0', 'korrekt päss'],
    ['a'.repeat(1025), 'x'],
    ['__proto__', 'x'],
    ['constructor', 'x'],
    ['amina', undefined],
    [undefined, 'x'],
    ['amina', '\ud800'],
    [{}, []],
  ]
  for (const [name, password] of hostile) {
    const fault = await rejectsWith(
      people.check(name as string, password as string, signal),
      'credentials-rejected',
    )
    assert.doesNotMatch(fault.detail, /amina|päss|xxx|aaa|proto/)
  }
})

test('any other password is refused', async () => {
  await using people = await open()
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'grapheme' }).filter((s) => s !== 'korrekt päss'),
      async (password) => {
        await rejectsWith(people.check('amina', password, signal), 'credentials-rejected')
      },
    ),
    { numRuns: 60 },
  )
})

test('settings name the person that is there twice, and a hash that is none', async () => {
  const passwordHash = await hashPassword('x', cheap)
  const read = (people: unknown[]) =>
    fileSettings.safeParse({ label: 'x', accounts: ['111122223333'], people })
  assert.equal(
    read([
      { username: 'Amina', passwordHash },
      { username: 'amina', passwordHash },
    ]).error?.issues[0]?.message,
    '`amina` is there already',
  )
  assert.equal(
    read([
      { username: 'a', passwordHash },
      { username: 'b', subject: 'a', passwordHash },
    ]).error?.issues[0]?.message,
    '`a` is the subject of another person',
  )
  assert.match(
    read([{ username: 'a', passwordHash: 'hunter2' }]).error?.issues[0]?.message ?? '',
    /expected an argon2id hash/,
  )
  assert.equal(
    JSON.stringify(read([{ username: 'a', passwordHash: 'hunter2' }]).error?.issues).includes(
      'hunter2',
    ),
    false,
  )
})

test('a PHC string is read whole or not at all', async () => {
  const phc = await hashPassword('x', cheap)
  assert.match(phc, /^\$argon2id\$v=19\$m=64,t=1,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
  assert.ok(parseArgon2id(phc))
  for (let end = 0; end < phc.length; end++) {
    const cut = parseArgon2id(phc.slice(0, end))
    assert.ok(cut === undefined || cut.tag.length >= 16)
  }
  const wrong = [
    phc.replace('argon2id', 'argon2i'),
    phc.replace('v=19', 'v=16'),
    phc.replace('m=64', 'm=7'),
    phc.replace('t=1', 't=0'),
    phc.replace('p=1', 'p=0'),
    phc.replace('m=64', 'm=2000000'),
    phc.replace('t=1', 't=99'),
    `${phc}=`,
    `${phc} `,
    ` ${phc}`,
  ]
  for (const text of wrong) assert.equal(parseArgon2id(text), undefined, text)
})

test('a known answer: the reference implementation made this hash', async () => {
  await using people = await file.open(
    'known',
    fileSettings.parse({
      label: 'x',
      accounts: ['111122223333'],
      leastRefusalMs: 0,
      people: [
        {
          username: 'k',
          passwordHash:
            '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4',
        },
      ],
    }),
    { clock, log() {} },
  )
  assert.equal((await people.check('k', 'password', signal)).subject, 'k')
})

test('of many sign-ins at once only those that may wait are verified', async () => {
  await using people = await open()
  const outcomes = await Promise.allSettled(
    Array.from({ length: 100 }, () => people.check('amina', 'korrekt päss', signal)),
  )
  const refused = outcomes.filter((one) => one.status === 'rejected')
  assert.equal(refused.length, 34)
  for (const { reason } of refused) assert.equal(reason.code, 'busy')
  await people.check('amina', 'korrekt päss', signal)
})
