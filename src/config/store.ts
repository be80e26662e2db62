import { z } from 'zod'
import { duration } from './duration.ts'
import { secretSource } from './secret-source.ts'

const server = z
  .string()
  .regex(
    /^(?:[\w.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/,
    'expected a host, or `host:port`',
  )

const postgres = z
  .strictObject({
    url: z
      .string()
      .max(2048)
      .refine(
        isAddress,
        'expected `postgres://user@host:5432/database`, without parameters; a Unix socket is ' +
          '`postgres://user@%2Frun%2Fpostgresql/database`',
      )
      .describe('Where the server is: `postgres://user@host:5432/database`'),
    hosts: z
      .array(server)
      .max(16)
      .default([])
      .describe('Further servers, `host` or `host:port`: the one that is no standby is used'),
    password: secretSource
      .optional()
      .describe('The password, by reference, or where it is: one of `file`, `env`, `command`'),
    tls: z
      .enum(['verify', 'off'])
      .optional()
      .describe(
        'Whether the connection is encrypted and the certificate checked. Default: `verify`; ' +
          '`off` for a server on loopback or on a Unix socket',
      ),
    caFile: z
      .string()
      .min(1)
      .optional()
      .describe("PEM file of the authorities to trust, instead of the system's"),
    certificateFile: z
      .string()
      .min(1)
      .optional()
      .describe('PEM file of the certificate that proves this node to the server'),
    keyFile: z.string().min(1).optional().describe('PEM file of its private key'),
    schema: z
      .string()
      .regex(/^[a-z_][a-z0-9_]{0,39}$/, 'expected a–z 0–9 _, at most 40, a letter first')
      .default('gatehouse')
      .describe('The schema of the tables; made at the first start'),
    connections: z
      .int()
      .min(2)
      .max(200)
      .default(10)
      .describe('The most connections of this node; two more follow the others'),
    queue: z
      .int()
      .min(1)
      .max(100_000)
      .default(1000)
      .describe('How many calls may wait for a connection; further ones are answered 503'),
    connectTimeout: duration(1, 60).default(2).describe('How long connecting may take; default 2s'),
    statementTimeout: duration(1, 300)
      .default(5)
      .describe('How long a statement may take; default 5s'),
    lockTimeout: duration(1, 60)
      .default(2)
      .describe('How long a write may wait for others of its account; default 2s'),
    trustMemoryFor: duration(5, 3600)
      .default(30)
      .describe(
        'While PostgreSQL is away, calls are answered from memory for so long, and revocations ' +
          'of other nodes are not known; default 30s',
      ),
  })
  .superRefine((settings, context) => {
    const wrong = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message })
    for (const file of ['caFile', 'certificateFile', 'keyFile'] as const)
      if (settings.tls === 'off' && settings[file] !== undefined)
        wrong(file, 'of no use with `tls: off`')
    const { certificateFile, keyFile } = settings
    if ((certificateFile === undefined) !== (keyFile === undefined))
      wrong(certificateFile ? 'certificateFile' : 'keyFile', '`certificateFile` needs `keyFile`')
  })

/** `store`: where everything durable is kept. */
export const store = z
  .strictObject({
    sqlite: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Path of the SQLite file; made at the first start. Relative to the working directory',
      ),
    postgres: postgres
      .optional()
      .describe('A PostgreSQL, 13 or later, that any number of nodes share; instead of `sqlite`'),
    cacheBytes: z
      .int()
      .min(1_000_000)
      .max(17_179_869_184)
      .default(64_000_000)
      .describe(
        'About as many bytes may each cache take: that of records, and each of compiled policies ' +
          'and of callers made of them',
      ),
  })
  .superRefine(({ sqlite, postgres: other }, context) => {
    if ((sqlite === undefined) === (other === undefined))
      context.addIssue({ code: 'custom', message: 'expected `sqlite` or `postgres`, one of them' })
  })

export type StoreSettings = z.output<typeof store>
export type PostgresSettings = z.output<typeof postgres>

function isAddress(value: string): boolean {
  const url = URL.parse(value)
  return (
    url !== null &&
    /^postgres(?:ql)?:$/.test(url.protocol) &&
    /^[\w.%[\]:-]+$/.test(url.hostname) &&
    url.username !== '' &&
    /^\/[^/]+$/.test(url.pathname) &&
    url.search === '' &&
    url.hash === ''
  )
}
