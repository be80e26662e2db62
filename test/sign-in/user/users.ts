import assert from 'node:assert/strict'
import { codeOfStep, stepOf } from '../../../src/credentials/totp.ts'
import { openRig, type Rig } from '../../console/rig.ts'
import { SoftKey } from '../../credentials/soft-key.ts'
import { Browser, type Shown } from '../../http/browser.ts'
import type { TrailRecord } from '../../journeys/running.ts'

export const account = '111122223333'
export const firstPassword = 'Correct-horse-1'

/** A Gatehouse whose account has users; each test makes its own. */
export interface Users extends AsyncDisposable {
  readonly rig: Rig
  /** Makes a user with a password, and an inline policy if one is given. */
  user(name: string, wanted?: { policy?: object; reset?: boolean }): Promise<void>
  /** A virtual device of the user, enabled. Returns the code of the moment and its number. */
  device(user: string, name?: string): Promise<Device>
  /** A security key of the user, registered. */
  key(user: string): Promise<SoftKey>
  browser(): Browser
  /** What came of the first step: a page, or a redirect to the next. */
  password(browser: Browser, name: string, password: string, next?: string): Promise<Shown>
  code(browser: Browser, code: string, fields?: Record<string, string>): Promise<Shown>
  /** A browser with the console session of the user. */
  signedIn(name: string): Promise<Browser>
  /** The events of this name that `suit`, once there are `least` of them (default: 1). */
  events(
    name: string,
    suit: (event: SignInRecord) => boolean,
    least?: number,
  ): Promise<readonly SignInRecord[]>
}

export type SignInRecord = TrailRecord & {
  readonly responseElements: Readonly<Record<string, string>>
  readonly userIdentity: Readonly<Record<string, string>>
}

export interface Device {
  readonly serial: string
  readonly seed: Buffer
  /** The code of a step before or after the current one. */
  code(steps?: number): string
}

export async function openUsers(more = ''): Promise<Users> {
  const rig = await openRig({}, {}, more)
  const { running, iam } = rig
  const password: Users['password'] = async (browser, username, word, next = '/console') => {
    const page = await browser.get(`/signin/user/password?${new URLSearchParams({ next })}`)
    return browser.post('/signin/user/password', {
      ...{ _csrf: page.csrf, next: page.hidden('next'), account: 'demo', username },
      password: word,
    })
  }
  return {
    rig,
    password,
    async user(UserName, { policy, reset = false } = {}) {
      await iam('CreateUser', { UserName })
      const PasswordResetRequired = String(reset)
      await iam('CreateLoginProfile', { UserName, Password: firstPassword, PasswordResetRequired })
      if (!policy) return
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [policy] })
      await iam('PutUserPolicy', { UserName, PolicyName: 'Own', PolicyDocument })
    },
    async device(UserName, name = `${UserName}-phone`) {
      const made = await iam('CreateVirtualMFADevice', { VirtualMFADeviceName: name })
      const text = /<Base32StringSeed>(.*?)</.exec(made)![1]!
      const serial = /<SerialNumber>(.*?)</.exec(made)![1]!
      const seed = seedOf(Buffer.from(text, 'base64').toString())
      const code = (steps = 0) => codeOfStep(seed, stepOf(running.clock.now()) + steps)
      await iam('EnableMFADevice', {
        ...{ UserName, SerialNumber: serial },
        ...{ AuthenticationCode1: code(-1), AuthenticationCode2: code() },
      })
      return { serial, seed, code }
    },
    async key(UserName) {
      const begun = await iam('BeginSecurityKeyRegistration', { UserName })
      const options = /<Options>([^<]*)</.exec(begun)![1]!.replaceAll('&quot;', '"')
      const soft = new SoftKey(running.origin)
      const Response = soft.create(options)
      await iam('EnableSecurityKey', { UserName, SecurityKeyName: 'key', Response })
      return soft
    },
    browser: () => new Browser(running.origin),
    async code(browser, code, fields = {}) {
      const page = await browser.get('/signin/user/code')
      return browser.post('/signin/user/code', { _csrf: page.csrf, code, ...fields })
    },
    async signedIn(name) {
      const browser = new Browser(running.origin)
      const answer = await password(browser, name, firstPassword)
      assert.equal(answer.location, '/console', answer.text)
      return browser
    },
    async events(name, suit, least = 1) {
      const among = (records: readonly TrailRecord[]) =>
        (records as readonly SignInRecord[]).filter((one) => one.eventName === name && suit(one))
      return among(await running.events((records) => among(records).length >= least))
    },
    [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose](),
  }
}

/** RFC 4648 base32, without padding. */
export function seedOf(text: string): Buffer {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...text.replace(/=+$/, '')]
    .map((one) => letters.indexOf(one).toString(2).padStart(5, '0'))
    .join('')
  const bytes = bits.match(/.{8}/g) ?? []
  return Buffer.from(bytes.map((one) => Number.parseInt(one, 2)))
}
