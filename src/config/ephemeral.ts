import { z } from 'zod'
import { secretSource } from './secret-source.ts'

const file = z.string().min(1)
const userName = z
  .string()
  .regex(/^[\x21-\x7e]{1,128}$/, 'expected printable characters without space')
const node = z
  .string()
  .regex(
    /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]{1,253}):[1-9]\d{0,4}$/,
    'expected `host:port`, or `[address]:port` of IPv6',
  )
const nodes = z.array(node).min(1).max(50)

const tls = z.strictObject({
  caFile: file.optional().describe("PEM file of the authorities to trust, instead of the system's"),
  certificateFile: file.optional().describe('PEM file of the certificate that proves this node'),
  keyFile: file.optional().describe('PEM file of its private key'),
  serverName: z
    .string()
    .regex(/^[A-Za-z0-9.-]{1,253}$/, 'expected a host name')
    .optional()
    .describe("The name in the servers' certificates, if it is not the host's"),
})

const sentinel = z.strictObject({
  name: z
    .string()
    .regex(/^[\w.-]{1,128}$/, 'expected a name of A–Z a–z 0–9 _ . -')
    .describe('What the sentinels call the primary'),
  nodes: nodes.describe('Sentinels as `host:port`; list all of them'),
  username: userName.optional().describe('ACL user at the sentinels'),
  password: secretSource.optional().describe('Password at the sentinels, as of Redis itself'),
  tls: z.boolean().optional().describe('Whether they speak TLS; absent: as Redis itself'),
})

/** Where short-lived state is kept, if not in the store. */
export const ephemeral = z
  .strictObject({
    redis: z
      .string()
      .refine(
        (value) => /^rediss?:$/.test(URL.parse(value)?.protocol ?? ''),
        'expected `redis://host:port` or `rediss://…`',
      )
      .optional()
      .describe(
        'URL of one Redis for browser sessions, one-time tokens, replay guards and counts. This, ' +
          '`sentinel` or `cluster`',
      ),
    sentinel: sentinel.optional().describe('A Redis with replicas, whose primary sentinels name'),
    cluster: z
      .strictObject({
        nodes: nodes.describe('Some of its nodes as `host:port`; the others are found'),
      })
      .optional()
      .describe('A Redis Cluster'),
    username: userName.optional().describe('ACL user; absent: `default`'),
    password: secretSource.optional().describe('Password of that user'),
    database: z.int().min(0).max(1023).optional().describe('Number of the database; 0'),
    tls: tls
      .optional()
      .describe('TLS to the servers of `sentinel` or `cluster`, and details for `rediss://`'),
    prefix: z
      .string()
      .regex(/^[\w:-]{1,40}$/, 'expected up to 40 of A–Z a–z 0–9 _ : -')
      .default('gatehouse:')
      .describe('What every Redis key starts with'),
  })
  .superRefine((value, context) => {
    const problem = (path: string[], message: string) =>
      context.addIssue({ code: 'custom', path, message })
    const ways = (['redis', 'sentinel', 'cluster'] as const).filter((way) => value[way])
    if (ways.length !== 1) problem([], 'expected one of `redis`, `sentinel` and `cluster`')
    const url = value.redis === undefined ? undefined : URL.parse(value.redis)
    if (url?.protocol === 'redis:' && value.tls) problem(['redis'], 'expected `rediss://` with tls')
    if (url && url.username + url.password !== '' && (value.username ?? value.password))
      problem(['redis'], 'expected no user and password beside `username` and `password`')
    if (url && url.pathname.length > 1 && value.database !== undefined)
      problem(['redis'], 'expected no number beside `database`')
    if (url && !/^(\/\d{0,4})?$/.test(url.pathname))
      problem(['redis'], 'expected nothing after the port but the number of a database')
    if (value.cluster && value.database) problem(['database'], 'a cluster has database 0 only')
    if ((value.tls?.certificateFile === undefined) !== (value.tls?.keyFile === undefined))
      problem(['tls'], 'expected both `certificateFile` and `keyFile`, or neither')
    if (value.username !== undefined && value.password === undefined)
      problem(['username'], 'expected a `password` too')
  })

export type EphemeralSettings = z.output<typeof ephemeral>
