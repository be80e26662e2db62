import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type MfaAsked, mfaCommand } from '../../src/cli/mfa.ts'
import { readTokenFile } from '../../src/cli/token-file.ts'
import { base32Of, bytesOfBase32, codeOfStep, stepOf } from '../../src/credentials/totp.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { openSqliteStore } from '../../src/store/sqlite/open-store.ts'
import { iamCall, signedCall } from '../journeys/broker.ts'
import { openRunning } from '../journeys/running.ts'

const account = '111122223333'
/** RFC 6238, appendix B. */
const seed = Buffer.from('12345678901234567890')
const hex = seed.toString('hex')

async function openScene() {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-mfa-'))
  const config = join(folder, 'gatehouse.yaml')
  const path = join(folder, 'gatehouse.db')
  await writeFile(
    config,
    JSON.stringify({
      publicUrl: 'http://localhost:1',
      store: { sqlite: path },
      keys: { rootKey: { file: join(folder, 'root.key') } },
      audit: { file: join(folder, 'audit.jsonl') },
      accounts: { [account]: {} },
      limits: { quotas: { mfaDevices: 3 } },
    }),
  )
  const store = await openSqliteStore({ path, clock: systemClock })
  await store.transact((tx) =>
    tx.insert('account', account, 'account', {
      account,
      partition: 'aws',
      createdAt: systemClock.now().toISOString(),
      managedBy: 'config',
    }),
  )
  const run = async (asked: Partial<MfaAsked> & Pick<MfaAsked, 'verb'>) => {
    const [out, err]: [string[], string[]] = [[], []]
    const output = { out: (line: string) => void out.push(line), err: (l: string) => err.push(l) }
    const code = await mfaCommand({ config, account, ...asked }, {}, output)
    return { code, out: out.join('\n'), err: err.join('\n') }
  }
  return {
    store,
    run,
    async file(text: string) {
      const at = join(folder, 'tokens.csv')
      await writeFile(at, text)
      return at
    },
    async events() {
      const until = new Date(systemClock.now().getTime() + 60_000)
      const left = await store.outbox.waiting({ until, after: 0, limit: 100 })
      return left.map(({ text }) => text)
    },
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }
}

test('devices of a file are imported, all or none, and their seeds are shown nowhere', async () => {
  await using at = await openScene()
  const file = await at.file(
    `serial,seed,digits,period\nGAHT12345678,${hex},6,30\nGAHT12345679,${base32Of(seed)},8,60\n`,
  )
  const done = await at.run({ verb: 'import', file })
  assert.deepEqual([done.code, done.out], [0, 'imported: 2'])
  const listed = await at.run({ verb: 'list', json: true })
  assert.deepEqual(
    JSON.parse(listed.out).map((one: Record<string, unknown>) => [
      one.serial,
      one.digits,
      one.stepSeconds,
      one.user,
    ]),
    [
      ['GAHT12345678', 6, 30, undefined],
      ['GAHT12345679', 8, 60, undefined],
    ],
  )
  assert.match((await at.run({ verb: 'list' })).out, /GAHT12345679 +8 +60/)
  const again = await at.file(`serial,seed\nGAHT00000001,${hex}\ngaht12345678,${hex}\n`)
  assert.match((await at.run({ verb: 'import', file: again })).err, /may have 3 MFA devices/)
  const twice = await at.file(`serial,seed\ngaht12345678,${hex}\n`)
  assert.match((await at.run({ verb: 'import', file: twice })).err, /already: nothing was imported/)
  const removed = await at.run({ verb: 'remove', serial: 'GAHT12345679' })
  assert.equal(removed.code, 0)
  assert.match((await at.run({ verb: 'remove', serial: 'GAHT12345679' })).err, /no hardware device/)
  const events = await at.events()
  assert.deepEqual(
    events.map((text) => {
      const { eventName, requestParameters, recipientAccountId } = JSON.parse(text)
      return [eventName, requestParameters.serialNumber, recipientAccountId]
    }),
    [
      ['ImportMFADevice', 'GAHT12345678', account],
      ['ImportMFADevice', 'GAHT12345679', account],
      ['RemoveMFADevice', 'GAHT12345679', account],
    ],
  )
  const all = [
    ...events,
    done.err,
    listed.out,
    JSON.stringify(await at.store.reads.list('mfaDevice', account, { limit: 9 })),
  ].join()
  assert.ok(!all.toLowerCase().includes(hex) && !all.includes(base32Of(seed)), 'a seed is shown')
})

test('an account that is not open, a missing file and a huge one are refused', async () => {
  await using at = await openScene()
  const file = await at.file('x'.repeat(1_048_577))
  assert.match((await at.run({ verb: 'import', file })).err, /more than 1048576 bytes/)
  assert.match((await at.run({ verb: 'import', file: '/nowhere' })).err, /no file that can be read/)
  assert.match((await at.run({ verb: 'list', account: '999999999999' })).err, /no open account/)
  assert.deepEqual(await at.events(), [])
})

const refused: readonly (readonly [string, string, RegExp])[] = [
  ['no header', `GAHT12345678,${hex}`, /f:1: the first line has to name/],
  ['nothing', '', /has to name/],
  ['no device', 'serial,seed\n# none', /expected 1 to 1000 devices, found 0/],
  ['an ARN', `serial,seed\narn:aws:iam::1:mfa/x,${hex}`, /f:2: expected a serial number/],
  ['a short serial', `serial,seed\nGAHT,${hex}`, /f:2: expected a serial number/],
  ['a short seed', 'serial,seed\nGAHT12345678,00112233445566', /f:2: expected a seed/],
  ['a long seed', `serial,seed\nGAHT12345678,${'0a'.repeat(65)}`, /f:2: expected a seed/],
  ['an empty seed', 'serial,seed\nGAHT12345678,', /f:2: expected a seed/],
  ['a seed of zeros', `serial,seed\nGAHT12345678,${'00'.repeat(20)}`, /not all the same/],
  ['half a byte', `serial,seed\nGAHT12345678,${hex}a`, /f:2: expected a seed/],
  ['leftover bits', `serial,seed\nGAHT12345678,${'A'.repeat(31)}B`.replace('B', 'B1'), /a seed/],
  ['hex or base32', `serial,seed\nGAHT12345678,${'A2B3C4D5'.repeat(5)}`, /could be hex or base32/],
  ['seven digits', `serial,seed,digits\nGAHT12345678,${hex},7`, /`digits` is 6 or 8/],
  ['a strange period', `serial,seed,period\nGAHT12345678,${hex},45`, /`period` is 30 or 60/],
  ['twice', `serial,seed\nGAHT12345678,${hex}\ngaht12345678,${hex}`, /f:3: .* is there twice/],
]
test('a file that is not right is refused by line, and its seeds are not quoted', () => {
  for (const [what, text, message] of refused)
    assert.throws(
      () => readTokenFile(text, 'f'),
      (error: Error) => {
        assert.match(error.message, message, what)
        assert.ok(!error.message.includes(hex), what)
        return error instanceof RangeError
      },
    )
})

test('seeds are hex or base32, named where they could be both, also in files of vendors', () => {
  const both = 'A2B3C4D5'.repeat(5)
  const seeds = (rows: readonly string[]) =>
    readTokenFile(['serial,seed', ...rows].join('\r\n'), 'f').map((token) => token.seed)
  assert.deepEqual(
    seeds([
      `"GAHT12345678","${hex.toUpperCase()}"`,
      `GAHT12345679,${base32Of(seed).toLowerCase()}`,
      `GAHT12345670,hex:${both}`,
      `GAHT12345671,base32:${both}`,
    ]),
    [seed, seed, Buffer.from(both, 'hex'), bytesOfBase32(both)],
  )
  const [token] = readTokenFile(
    'upn,serial number,secret key,time interval,manufacturer,model\n' +
      `ann@example.com,GAHT12345678,${base32Of(seed)},60,Vendor,Key`,
    'f',
  )
  assert.deepEqual(token, { serial: 'GAHT12345678', seed, digits: 6, stepSeconds: 60 })
})

test('codes of eight digits are those of RFC 6238, appendix B', () => {
  const kind = { digits: 8, stepSeconds: 30 } as const
  assert.equal(codeOfStep(seed, 1, kind), '94287082')
  assert.equal(codeOfStep(seed, 0x23523ec, kind), '07081804')
})

test('a token that was imported while Gatehouse serves signs its owner in', async () => {
  const secret = 'abcdefghijabcdefghijabcdefghijabcdefghij'
  const keys = { AccessKeyId: 'AKIAROOTROOTROOTROO2', SecretAccessKey: secret }
  const accounts = `accounts:
  "${account}":
    alias: acme
    rootAccessKeys: [{ accessKeyId: ${keys.AccessKeyId}, secretAccessKey: ${secret} }]
`
  await using at = await openRunning(accounts)
  const [config, file] = [join(at.folder, 'gatehouse.yaml'), join(at.folder, 'tokens.csv')]
  await writeFile(
    config,
    `publicUrl: http://localhost:1
store: { sqlite: ${join(at.folder, 'gatehouse.db')} }
keys: { rootKey: { file: ${join(at.folder, 'root.key')} } }
audit: { file: ${join(at.folder, 'audit.jsonl')} }
${accounts}`,
  )
  await writeFile(file, `serial,seed,digits,period\nGAHT12345678,${hex},8,60\n`)
  const err: string[] = []
  const output = { out: () => undefined, err: (line: string) => err.push(line) }
  const asked = { config, account, file, verb: 'import' } as const
  assert.equal(await mfaCommand(asked, {}, output), 0, err.join())
  const kind = { digits: 8, stepSeconds: 60 } as const
  const now = () => at.clock.now()
  const code = (away: number) => codeOfStep(seed, stepOf(now(), kind) + away, kind)
  const SerialNumber = 'GAHT12345678'
  const enabled = await iamCall(
    at.origin,
    keys,
    {
      ...{ Action: 'EnableMFADevice', UserName: account, SerialNumber },
      ...{ AuthenticationCode1: code(-1), AuthenticationCode2: code(0) },
    },
    now(),
  )
  assert.match(enabled, /<EnableMFADeviceResponse/)
  const given = { Action: 'GetSessionToken', SerialNumber, TokenCode: code(1) }
  assert.match(await signedCall(at.origin, keys, given, now()), /<SessionToken>/)
  assert.match(await signedCall(at.origin, keys, given, now()), /invalid MFA one time pass code/)
})
