/**
 * Two Gatehouses: one that people sign in at, and a second one that plays AWS, because the protocol
 * is the same: STS, IAM, the federation endpoint and a console.
 */
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSettings } from '../../src/config/load.ts'
import { openGatehouse } from '../../src/gatehouse.ts'
import { type MovableClock, movableClock } from '../conformance/ephemeral.ts'
import { type HttpsServer, startHttps } from '../outbound/https-server.ts'
import { fromCloudFormation } from '../upstream/documented-trust.ts'

export const account = '444455556666'
export const awsRole = (name: string) => `arn:aws:iam::${account}:role/${name}`
export const houseHost = 'sso.corp.test'
export const region = 'eu-central-1'
export const awsHosts = {
  sts: `sts.${region}.amazonaws.com`,
  iam: 'iam.amazonaws.com',
  signIn: `${region}.signin.aws.amazon.com`,
}
export const brokerKey = {
  accessKeyId: 'AKIABROKERBROKERBROK',
  secretAccessKey: 'brokerbrokerbrokerbrokerbrokerbrokerbrok',
}
export const externalId = 'a-random-text-of-this-account-7d1f'
/** Of an administrator of AWS's account: what the settings make there, the API can't change. */
export const adminKey = {
  accessKeyId: 'AKIACHIEFCHIEFCHIEFC',
  secretAccessKey: 'chiefchiefchiefchiefchiefchiefchiefchief',
}
const issuer = `${houseHost}/upstream/${account}`
/** What the CloudFormation template of the documentation makes there. */
const made = fromCloudFormation({ host: houseHost, account, role: 'Deploy' })

/** What stands on AWS's side, in an account that was prepared for Gatehouse. */
const awsSide = `
federation: { issuers: ["https://${houseHost}/portal/console"] }
accounts:
  "${account}":
    oidcProviders: { "${made.url}": { clientIds: ${JSON.stringify(made.clientIds)} } }
    users:
      chief:
        accessKeys: [{ accessKeyId: ${adminKey.accessKeyId},
          secretAccessKey: ${adminKey.secretAccessKey} }]
        policies: { All: { Version: "2012-10-17", Statement: { Effect: Allow, Action: "*",
          Resource: "*" } } }
      gatehouse:
        accessKeys: [{ accessKeyId: ${brokerKey.accessKeyId},
          secretAccessKey: ${brokerKey.secretAccessKey} }]
        policies: { Broker: { Version: "2012-10-17", Statement: { Effect: Allow, Resource: "*",
          Action: ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity",
            "iam:GetAccountAuthorizationDetails", "iam:ListRoles", "iam:PutRolePolicy"] } } }
    roles:
      Deploy: &open
        maxSessionDuration: 4h
        policies: { Look: { Version: "2012-10-17", Statement: { Effect: Allow,
          Action: "iam:List*", Resource: "*" } } }
        trustPolicy:
          Version: "2012-10-17"
          Statement:
            - { Effect: Allow, Principal: { AWS: "arn:aws:iam::${account}:user/gatehouse" },
                Action: ["sts:AssumeRole"],
                Condition: { StringEquals: { "sts:ExternalId": ${externalId} } } }
            - { Effect: Allow, Principal: { AWS: "arn:aws:iam::${account}:user/gatehouse" },
                Action: ["sts:TagSession", "sts:SetSourceIdentity"] }
            - ${JSON.stringify(JSON.parse(made.trust).Statement[0])}
      Long: { trustPolicy: &any { Version: "2012-10-17", Statement: [{ Effect: Allow,
        Principal: { Federated: "arn:aws:iam::${account}:oidc-provider/${issuer}" },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: { StringLike: { "${issuer}:sub": "${account}:*" } } }] } }
      Tagless: { trustPolicy: *any }
      Reader:
        trustPolicy: &other
          Version: "2012-10-17"
          Statement:
            - { Effect: Allow,
                Principal: { Federated: "arn:aws:iam::${account}:oidc-provider/${issuer}" },
                Action: ["sts:AssumeRoleWithWebIdentity", "sts:TagSession",
                  "sts:SetSourceIdentity"],
                Condition: { StringLike: { "${issuer}:sub": "${account}:Other:*" } } }
`

/** Another account of AWS, with its own provider of the same Gatehouse. */
export const otherAccount = '777788889999'
const otherIssuer = `${houseHost}/upstream/${otherAccount}`
const awsOther = `
  "${otherAccount}":
    oidcProviders:
      { "https://${otherIssuer}": { clientIds: ["sts.amazonaws.com/${otherAccount}"] } }
    roles:
      Deploy: { trustPolicy: { Version: "2012-10-17", Statement: { Effect: Allow,
        Principal: { Federated: "arn:aws:iam::${otherAccount}:oidc-provider/${otherIssuer}" },
        Action: "sts:AssumeRoleWithWebIdentity" } } }
`

const trusted = `{ Version: "2012-10-17", Statement: [{ Effect: Allow, Principal: { Federated:
        "arn:aws:iam::${account}:file-provider/staff" }, Action: [
        "sts:AssumeRoleWithLDAPIdentity", "sts:TagSession", "sts:SetSourceIdentity"] },
        { Effect: Allow, Principal: { AWS: "111122223333" }, Action: ["sts:AssumeRole",
        "sts:TagSession", "sts:SetSourceIdentity"] }] }`

/** Of `jonas-demo-2026`, as the demo has it. */
const passwordHash =
  '$argon2id$v=19$m=19456,t=2,p=1$iz/BiLSw/in64wTZ/aeF3w' +
  '$rtH8t1HlydiVhFUpp3NZB8b3yisPK/hkhRGe7aKwIFE'

/** What stands in the settings of the Gatehouse that people sign in at. */
export function houseSide(credentials: string, more = ''): string {
  return `
connectors:
  staff:
    type: file
    label: Staff
    accounts: ["${account}", "111122223333"]
    people:
      - username: jonas
        passwordHash: ${passwordHash}
        displayName: Jonas Weber
        attributes: { team: payments }
        groups: [developers]
mappings:
  - name: developers
    when: '"developers" in identity.groups'
    grants:
      - role: ${awsRole('Deploy')}
        tags: { team: '\${identity.attributes.team[0]}' }
        transitiveTagKeys: [team]
        sourceIdentity: '\${identity.username}'
        maxDuration: 8h
      - role: ${awsRole('Reader')}
      - role: ${awsRole('Tagless')}
        tags: { team: a }
      - role: "arn:aws:iam::111122223333:role/Local"
accounts:
  "${account}":
    alias: shop
    upstream: { type: aws, region: ${region}, credentials: ${credentials} ${more} }
    roles:
      Deploy: { maxSessionDuration: 4h, trustPolicy: ${trusted} }
      Reader: { trustPolicy: ${trusted} }
      Tagless: { trustPolicy: ${trusted} }
      Long: { maxSessionDuration: 2h, trustPolicy: ${trusted} }
  "111122223333":
    users:
      admin:
        accessKeys: [{ accessKeyId: AKIAADMINADMINADMINA,
          secretAccessKey: adminadminadminadminadminadminadminadmin }]
        policies: { All: { Version: "2012-10-17", Statement: { Effect: Allow, Action: "*",
          Resource: "*" } } }
    roles:
      Local: { trustPolicy: ${trusted.replaceAll(`::${account}:file`, '::111122223333:file')} }
`
}

const { accessKeyId, secretAccessKey } = brokerKey
export const byKey =
  `{ from: access-key, accessKeyId: ${accessKeyId}, ` + `secretAccessKey: ${secretAccessKey} }`
export const byToken = '{ from: signed-token }'

export interface House extends AsyncDisposable {
  readonly server: HttpsServer
  /** The same, without TLS, for programs that do not know the authority. */
  readonly plain: string
  readonly folder: string
  readonly clock: MovableClock
  readonly logged: string[]
  /** What answers at its server. */
  readonly app: RequestListener
  /** Its settings, for commands. */
  readonly configFile: string
  reload(text: string): Promise<void>
}

interface Wanted {
  readonly hosts: readonly string[]
  readonly text: string
  readonly clock: MovableClock
  readonly env?: NodeJS.ProcessEnv
}

async function openHouse(
  server: HttpsServer,
  { hosts, text, clock, env = process.env }: Wanted,
): Promise<House> {
  await using undo = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-two-'))
  undo.defer(() => rm(folder, { recursive: true, force: true }))
  const whole = (rest: string) => `
publicUrl: https://${hosts[0]}
store: { sqlite: ${join(folder, 'gatehouse.db')} }
keys: { rootKey: { file: ${join(folder, 'root.key')} } }
audit: { file: ${join(folder, 'audit.jsonl')} }
operations: { port: 1 }
${rest}`
  const read = (rest: string) => {
    const read = readSettings(whole(rest), join(folder, 'gatehouse.yaml'), env)
    if (!read.ok) throw new Error(JSON.stringify(read.problems))
    return read
  }
  const configFile = join(folder, 'gatehouse.yaml')
  await writeFile(configFile, whole(text))
  const logged: string[] = []
  const gatehouse = undo.use(
    await openGatehouse(read(text), {
      env,
      clock,
      log: (event, detail) => void logged.push(`${event} ${JSON.stringify(detail)}`),
    }),
  )
  server.answer(gatehouse.app)
  const plain = createServer({ keepAliveTimeout: 65_000 }, gatehouse.app).listen(0, '127.0.0.1')
  await once(plain, 'listening')
  undo.defer(async () => {
    plain.closeAllConnections()
    plain.close()
  })
  const owned = undo.move()
  return {
    ...{ server, folder, clock, logged, configFile, app: gatehouse.app },
    plain: `http://localhost:${(plain.address() as AddressInfo).port}`,
    reload: (rest) => gatehouse.reload(read(rest)),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

export interface TwoHouses extends AsyncDisposable {
  readonly house: House
  readonly aws: House
  readonly clock: MovableClock
  /** YAML of the `outbound` section of the house that people sign in at. */
  readonly outbound: string
}

/** Opens both; `text` is of the one that people sign in at. */
export async function openTwoHouses(
  text: string | ((awsPort: number) => string),
  { env, timeoutMs = 60_000 }: { env?: NodeJS.ProcessEnv; timeoutMs?: number } = {},
): Promise<TwoHouses> {
  await using undo = new AsyncDisposableStack()
  const clock = movableClock()
  const later = (_req: unknown, res: { end(): void }) => res.end()
  const names = [awsHosts.signIn, awsHosts.sts, awsHosts.iam, 'localhost']
  const awsServer = undo.use(await startHttps(names, later))
  const houseServer = undo.use(await startHttps([houseHost], later))
  // `localhost` is for programs of the person, which look up names themselves.
  const outboundTo = ({ endpoint, certificates }: HttpsServer, hosts: readonly string[]) => {
    const resolve = hosts.map((host) => `${host}: "${endpoint}"`).join(', ')
    const { caFile } = certificates
    return `outbound: { resolve: { ${resolve} }, caFile: ${caFile}, timeoutMs: ${timeoutMs} }\n`
  }
  const outbound = outboundTo(awsServer, names.slice(0, 3))
  const aws = await openHouse(awsServer, {
    hosts: names,
    text: outboundTo(houseServer, [houseHost]) + awsSide.trimEnd() + awsOther,
    clock,
  })
  undo.use(aws)
  const house = await openHouse(houseServer, {
    hosts: [houseHost],
    text: outbound + (typeof text === 'string' ? text : text(awsServer.port)),
    clock,
    ...(env && { env }),
  })
  undo.use(house)
  const owned = undo.move()
  return { house, aws, clock, outbound, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}
