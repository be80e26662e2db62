import { createHash } from 'node:crypto'
import { Sha256 } from '@aws-crypto/sha256-js'
import { AssumeRoleCommand, type AssumeRoleRequest, STSClient } from '@aws-sdk/client-sts'
import { SignatureV4 } from '@smithy/signature-v4'
import type { Answered, Asked, AskedQuestion } from '../../src/authorization/asked.ts'
import type { ReceivedRequest } from '../../src/authorization/received-request.ts'
import { openRunning, type RunningHere } from '../journeys/running.ts'

export const account = '111122223333'
export const otherAccount = '444455556666'
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}
const keyOf = (letter: string): Credentials => ({
  accessKeyId: `AKIA${letter.repeat(16)}`,
  secretAccessKey: letter.toLowerCase().repeat(40),
})
/** Long-term keys of the users in the settings. */
export const keys = {
  orders: keyOf('O'),
  payroll: keyOf('P'),
  ann: keyOf('A'),
  stranger: keyOf('S'),
} as const
export const order = (id: string, of = account) => `arn:aws:orders:us-east-1:${of}:order/${id}`
/** The role that services run as which prove themselves without a signature. */
export const ordersRole = `arn:aws:iam::${account}:role/OrdersService`
export const clerk = `arn:aws:iam::${account}:role/Clerk`

const allow = (action: string, resource: string, more = '') =>
  `{ Version: "2012-10-17", Statement: [{ Effect: Allow, Action: "${action}", ` +
  `Resource: "${resource}"${more} }] }`
const accessKeys = ({ accessKeyId, secretAccessKey }: Credentials) =>
  `accessKeys: [{ accessKeyId: ${accessKeyId}, secretAccessKey: ${secretAccessKey} }]`

const tag = 'aws:PrincipalTag/owner'
/** Two services, their users, a person and a role whose sessions see their own orders only. */
export const settings = (rules = '') => `
accounts:
  "${account}":
    users:
      orders-service:
        ${accessKeys(keys.orders)}
        policies: { Ask: ${allow('gatehouse:*', `arn:aws:gatehouse::${account}:service/*`)} }
      payroll-service:
        ${accessKeys(keys.payroll)}
        policies: { Ask: ${allow('gatehouse:*', `arn:aws:gatehouse::${account}:service/payroll`)} }
      ann:
        ${accessKeys(keys.ann)}
        tags: { owner: ann }
        policies:
          Take: ${allow('sts:*', '*')}
          Look: ${allow('iam:GetAccessKeyLastUsed', '*')}
          Orders: ${allow('orders:*', `arn:aws:orders:*:${account}:order/ann-*`)}
          Listing: ${allow('orders:ListOrders', '*')}
    roles:
      OrdersService:
        trustPolicy: { Version: "2012-10-17", Statement: [{ Effect: Deny, Principal: "*",
          Action: "sts:*" }] }
        policies: { Ask: ${allow('gatehouse:*', `arn:aws:gatehouse::${account}:service/*`)} }
      Idle: { trustPolicy: { Version: "2012-10-17", Statement: [{ Effect: Deny, Principal: "*",
        Action: "sts:*" }] } }
      Clerk:
        trustPolicy: { Version: "2012-10-17", Statement: [{ Effect: Allow,
          Principal: { AWS: "${account}" }, Action: ["sts:AssumeRole", "sts:TagSession",
          "sts:SetSourceIdentity"] }] }
        policies:
          Own: ${allow('orders:*', `arn:aws:orders:*:${account}:order/\${${tag}}-*`)}
          Office: { Version: "2012-10-17", Statement: [{ Effect: Deny, Action: "orders:Cancel*",
            Resource: "*", Condition: { StringEquals: { "orders:Channel": "phone" } } }] }
  "${otherAccount}":
    users:
      stranger:
        ${accessKeys(keys.stranger)}
        policies: { All: ${allow('*', '*')} }
services:
  orders:
    accounts: ["${account}"]
    principals: ["arn:aws:iam::${account}:user/orders-service", "${ordersRole}",
      "arn:aws:iam::${account}:role/Idle", "arn:aws:iam::${account}:role/Gone"]
    hosts: [orders.test]
    resources: { order: { arn: "arn:\${Partition}:orders:\${Region}:\${Account}:order/\${OrderId}",
      keys: ["aws:ResourceTag/\${TagKey}"] } }
    keys: { "orders:Channel": String, "orders:Labels": ArrayOfString }
    actions:
      GetOrder: { level: Read, resources: [order] }
      CancelOrder: { level: Write, resources: [order], keys: ["orders:Channel", "orders:Labels"] }
      ListOrders: { level: List }
    policies:
      archive: { Version: "2012-10-17", Statement: [{ Effect: Deny, Principal: "*",
        Action: "orders:CancelOrder", Resource: "*" }] }
${rules || '    maxAge: 60s\n    presignedFor: 5m'}
  payroll:
    accounts: ["${account}"]
    principals: ["arn:aws:iam::${account}:user/payroll-service", "${ordersRole}"]
    hosts: [payroll.test]
    actions: { Pay: { level: Write } }
`

export interface Sent {
  readonly method?: string
  readonly path?: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly host?: string
  readonly service?: string
  readonly region?: string
  readonly presignFor?: number
}
export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** A request that `credentials` sign, as the service receives it. */
export async function received(
  credentials: Credentials,
  at: Date,
  {
    method = 'GET',
    path = '/orders/ann-1',
    query = {},
    headers = {},
    body = '',
    host = 'orders.test',
    service = 'orders',
    region = 'us-east-1',
    presignFor,
  }: Sent = {},
): Promise<ReceivedRequest> {
  const signer = new SignatureV4({ credentials, region, service, sha256: Sha256 })
  const request = {
    method,
    protocol: 'https:',
    hostname: host,
    path,
    query: { ...query },
    headers: { host, ...headers },
    body,
  }
  const signed = presignFor
    ? await signer.presign(request, { signingDate: at, expiresIn: presignFor })
    : await signer.sign(request, { signingDate: at })
  const pairs = Object.entries(signed.query ?? {}).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`,
  )
  return {
    Method: method,
    Path: path,
    Query: pairs.join('&'),
    Headers: Object.entries(signed.headers),
    PayloadHash: sha256(body),
  }
}

export const question = (change: Partial<AskedQuestion> = {}): AskedQuestion => ({
  Id: 'q1',
  Action: 'orders:GetOrder',
  Resource: order('ann-1'),
  ...change,
})
export const asked = (Request: ReceivedRequest, change: Partial<Asked> = {}): Asked => ({
  Version: '2026-11-29',
  Service: 'orders',
  Request,
  From: { SourceIp: '192.0.2.9', Secure: true },
  Questions: [question()],
  ...change,
})

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly body: Answered & { readonly Error?: { readonly Code: string; readonly Message: string } }
}

export interface AuthorizationScene extends AsyncDisposable {
  readonly house: RunningHere
  readonly now: () => Date
  /** Signs and posts as the service does. */
  ask(body: unknown, as?: Credentials, path?: string): Promise<Reply>
  assume(change?: Partial<AssumeRoleRequest>): Promise<Credentials>
  /** Calls IAM or STS as ann, and returns the XML. */
  query(service: 'iam' | 'sts', body: string): Promise<string>
  /** Ends all sessions of the role Clerk until now. */
  revoke(): Promise<void>
}

/** A whole second, as AWS writes times. */
const wholeSecond = new Date('2026-11-30T09:00:00Z')

export async function openScene(
  rules = '',
  startsAt = wholeSecond,
  listener = '',
  text = settings(rules),
): Promise<AuthorizationScene> {
  const house = await openRunning(text, startsAt, listener)
  const now = () => house.clock.now()
  async function query(service: 'iam' | 'sts', body: string): Promise<string> {
    const signer = new SignatureV4({
      credentials: keys.ann,
      region: 'us-east-1',
      service,
      sha256: Sha256,
    })
    const { host, hostname } = new URL(house.origin)
    const { headers } = await signer.sign(
      { method: 'POST', protocol: 'http:', hostname, path: '/', headers: { host }, body },
      { signingDate: now() },
    )
    const answer = await fetch(house.origin, { method: 'POST', headers, body })
    const text = await answer.text()
    if (!answer.ok) throw new Error(text)
    return text
  }

  return {
    house,
    now,
    async ask(body, as = keys.orders, path = '/authorize') {
      const { hostname, port } = new URL(house.origin)
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      const signer = new SignatureV4({
        credentials: as,
        region: 'us-east-1',
        service: 'gatehouse',
        sha256: Sha256,
      })
      const { headers } = await signer.sign(
        {
          method: 'POST',
          protocol: 'http:',
          hostname,
          port: Number(port),
          path,
          headers: { host: `${hostname}:${port}`, 'content-type': 'application/json' },
          body: text,
        },
        { signingDate: now() },
      )
      const answer = await fetch(`${house.origin}${path}`, { method: 'POST', headers, body: text })
      const said = await answer.text()
      // The Query protocol answers in XML.
      const parsed = said.startsWith('{') ? JSON.parse(said) : /<Code>(\w+)/.exec(said)?.[1]
      return { status: answer.status, headers: answer.headers, body: parsed }
    },
    async assume(change = {}) {
      const sts = new STSClient({
        endpoint: house.origin,
        region: 'us-east-1',
        credentials: keys.ann,
        systemClockOffset: now().getTime() - Date.now(),
      })
      const tags = [{ Key: 'owner', Value: 'ann' }]
      const input = { RoleArn: clerk, RoleSessionName: 'ann', Tags: tags, ...change }
      const { Credentials: made } = await sts.send(new AssumeRoleCommand(input))
      return {
        accessKeyId: made!.AccessKeyId!,
        secretAccessKey: made!.SecretAccessKey!,
        sessionToken: made!.SessionToken!,
      }
    },
    query,
    async revoke() {
      await query('sts', 'Action=RevokeSessions&Version=2011-06-15&Scope=role&Target=Clerk')
    },
    [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
  }
}
