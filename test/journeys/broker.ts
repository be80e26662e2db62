import assert from 'node:assert/strict'
import { Sha256 } from '@aws-crypto/sha256-js'
import { SignatureV4 } from '@smithy/signature-v4'
import type { Keys } from './aws-cli.ts'

/** The key of the demo's custom federation broker. */
export const brokerKeys: Keys = {
  AccessKeyId: 'AKIADEMOBROKER222222',
  SecretAccessKey: 'demoOnlyBrokerSecretDoNotUseElsewhere000',
}

type Fields = Readonly<Record<string, string>>

/** An STS call as a broker without an SDK makes it: a signed form. The XML that came back. */
export function signedCall(
  origin: string,
  keys: Keys,
  fields: Fields,
  now = new Date(),
): Promise<string> {
  return signedForm('sts', { origin, keys, now }, { Version: '2011-06-15', ...fields })
}

/** As `signedCall`, to IAM. */
export function iamCall(origin: string, keys: Keys, fields: Fields, now: Date): Promise<string> {
  return signedForm('iam', { origin, keys, now }, { Version: '2010-05-08', ...fields })
}

/** A call of Gatehouse's own, which is JSON at a path: what came back. */
export async function jsonCall(
  origin: string,
  keys: Keys,
  { path, input }: { readonly path: string; readonly input: object },
  now: Date,
): Promise<string> {
  const sent = { path, type: 'application/json', body: JSON.stringify(input) }
  return signedPost('gatehouse', { origin, keys, now }, sent)
}

function signedForm(
  service: 'sts' | 'iam',
  from: { readonly origin: string; readonly keys: Keys; readonly now: Date },
  fields: Fields,
): Promise<string> {
  const type = 'application/x-www-form-urlencoded'
  return signedPost(service, from, {
    path: '/',
    type,
    body: new URLSearchParams(fields).toString(),
  })
}

async function signedPost(
  service: string,
  { origin, keys, now }: { readonly origin: string; readonly keys: Keys; readonly now: Date },
  { path, type, body }: { readonly path: string; readonly type: string; readonly body: string },
): Promise<string> {
  const { AccessKeyId, SecretAccessKey, SessionToken } = keys
  const { host, hostname } = new URL(origin)
  const signer = new SignatureV4({
    service,
    region: 'us-east-1',
    sha256: Sha256,
    credentials: {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      ...(SessionToken && { sessionToken: SessionToken }),
    },
  })
  const request = {
    method: 'POST',
    protocol: 'http:',
    hostname,
    path,
    query: {},
    body,
    headers: { host, 'content-type': type },
  }
  const { headers } = await signer.sign(request, { signingDate: now })
  return (await fetch(origin + path, { method: 'POST', headers, body })).text()
}

/** The credentials of an answer; fails with the answer when there are none. */
export function credentialsOf(xml: string): Required<Keys> {
  const part = (name: string) =>
    new RegExp(`<${name}>(.*?)</${name}>`).exec(xml)?.[1] ?? assert.fail(xml)
  return {
    AccessKeyId: part('AccessKeyId'),
    SecretAccessKey: part('SecretAccessKey'),
    SessionToken: part('SessionToken'),
  }
}

export interface TokenAnswer {
  /** Empty when it was refused. */
  readonly token: string
  readonly status: number
  readonly text: string
}

/** Credentials → sign-in token. */
export async function signInToken(
  origin: string,
  keys: Keys,
  more: Readonly<Record<string, string>> = {},
): Promise<TokenAnswer> {
  const Session = JSON.stringify({
    sessionId: keys.AccessKeyId,
    sessionKey: keys.SecretAccessKey,
    sessionToken: keys.SessionToken ?? '',
  })
  const answer = await fetch(`${origin}/federation`, {
    method: 'POST',
    body: new URLSearchParams({ Action: 'getSigninToken', Session, ...more }),
  })
  const text = await answer.text()
  return { token: answer.ok ? JSON.parse(text).SigninToken : '', status: answer.status, text }
}

export function loginUrl(
  origin: string,
  SigninToken: string,
  more: Readonly<Record<string, string>> = {},
): string {
  return `${origin}/federation?${new URLSearchParams({ Action: 'login', ...more, SigninToken })}`
}
