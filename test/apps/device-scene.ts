import assert from 'node:assert/strict'
import { Browser, Shown } from '../http/browser.ts'
import { onward, type Scene, signInOn, travel } from './scene.ts'

const grant = 'urn:ietf:params:oauth:grant-type:device_code'
export const deviceApps = `  tv:
    label: Telly
    type: native
    device: true
    refreshTokens: true
    when: '"staff" in identity.groups'
    claims: { email: 'identity.attributes.mail[0]' }
  radio:
    label: Radio
    type: native
    device: true
    thirdParty: true
`

export interface Begun {
  readonly device_code: string
  readonly user_code: string
  readonly verification_uri: string
  readonly verification_uri_complete: string
  readonly expires_in: number
  readonly interval: number
}

/** What a device sends, and what it hears. */
export async function say(at: Scene, path: string, fields: Record<string, string>) {
  const answer = await fetch(`${at.origin}/oauth2/${path}`, {
    method: 'POST',
    headers: { 'user-agent': 'Telly/7 <b>bold</b>' },
    body: new URLSearchParams(fields),
  })
  return { status: answer.status, told: (await answer.json()) as Record<string, unknown> }
}

export async function beginOnDevice(at: Scene, client_id = 'tv'): Promise<Begun> {
  const { status, told } = await say(at, 'device_authorization', {
    client_id,
    scope: 'openid profile',
  })
  assert.equal(status, 200, JSON.stringify(told))
  return told as unknown as Begun
}

export const poll = (at: Scene, device_code: string, client_id = 'tv') =>
  say(at, 'token', { grant_type: grant, client_id, device_code })

/** The page that asks for a code, after the sign-in that it needs. */
export async function openDevicePage(at: Scene, username = 'alice', path = '/oauth2/device') {
  const browser = new Browser(at.origin)
  const page = await signInOn(browser, await travel(browser, path), username)
  return { browser, page: asPage(page) }
}

/** Types a code; the answer asks about the device, or says what is wrong. */
export const typeCode = (browser: Browser, page: Shown, user_code: string) =>
  browser.post('/oauth2/device', { xsrf: page.hidden('xsrf'), user_code })

/** Answers the question about a device, and goes on to the end. */
export async function answerDevice(browser: Browser, page: Shown, answer: 'confirm' | 'abort') {
  const fields = { xsrf: page.hidden('xsrf'), user_code: page.hidden('user_code') }
  const shown = await browser.post('/oauth2/device', { ...fields, [answer]: 'yes' })
  const to = onward(shown)
  return to === undefined ? shown : asPage(await travel(browser, to))
}

export function asPage(reached: string | Shown): Shown {
  assert.ok(reached instanceof Shown, `no page, but ${reached}`)
  return reached
}
