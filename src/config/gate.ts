import { z } from 'zod'
import { isLoopback } from '../kernel/loopback.ts'
import type { AppRule, CompiledAppRules } from '../mapping/app-rules.ts'
import type { RuleProblem } from '../mapping/rule.ts'
import { isNetwork } from '../outbound/networks.ts'
import { duration } from './duration.ts'

const expression = z.string().min(1)
/** A host as browsers send it: lower case, no dot at the end. */
const host = z
  .string()
  .max(261)
  .regex(
    /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?::[1-9]\d{0,4})?$/,
    'expected a host in lower case, with the port when it is not that of the scheme',
  )

/** Written as the requests have it: no encoding, no slash at the end, nothing to be resolved. */
const path = z
  .string()
  .max(512)
  .regex(
    /^(?:\/[\w.~!$&'()*+,:@=-]*(?<![./]))+$/,
    'expected a plain path such as `/status`: no `%`, `?`, `#`, `;`, nor a slash at the end',
  )

const pathRule = z
  .strictObject({
    path: path.describe('This path and everything below it'),
    public: z.literal(true).optional().describe('Whoever asks is let through, as nobody'),
    methods: z
      .array(z.string().regex(/^[A-Z]{1,32}$/, 'expected a method in capitals'))
      .min(1)
      .max(20)
      .optional()
      .describe('Only for these methods is the path public; absent: for all'),
    when: expression
      .optional()
      .describe('CEL condition over `identity`, besides the one of the site'),
  })
  .superRefine((value, context) => {
    const problem = (message: string) => context.addIssue({ code: 'custom', message })
    if ((value.public === true) === (value.when !== undefined))
      problem('expected one of `public: true` and `when`')
    else if (value.methods && !value.public) problem('`methods` is for public paths')
  })

/** Of what the request and the connection are made. */
const notOurs = new Set([
  ...[
    'host',
    'cookie',
    'set-cookie',
    'connection',
    'keep-alive',
    'te',
    'trailer',
    'upgrade',
    'via',
  ],
  ...['forwarded', 'expect', 'location', 'date', 'accept', 'authorization', 'cache-control'],
  ...['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-port'],
  ...['x-forwarded-uri', 'x-forwarded-method', 'x-forwarded-server', 'x-forwarded-prefix'],
  ...['x-real-ip', 'x-requested-with', 'x-gatehouse-proxy'],
])
const notOursEither = /^(content|transfer|proxy|sec|x-original|www)-/
const headerName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, 'expected A–Z a–z 0–9 -, a letter first')
  .refine((name) => {
    const lower = name.toLowerCase()
    return !notOurs.has(lower) && !notOursEither.test(lower)
  }, 'this header means something else')

const own = ['user', 'name', 'groups', 'token'] as const
const claimName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,40}$/, 'expected a–z 0–9 _, a letter first')
  .refine(
    (name) =>
      !/^(user|name|groups|token|iss|sub|aud|exp|nbf|iat|jti|preferred_username)$/.test(name),
    'this name is taken',
  )

const site = z
  .strictObject({
    label: z.string().min(1).max(80).describe('What pages call the application'),
    hosts: z
      .array(host)
      .min(1)
      .max(50)
      .describe('Where people reach it. Sign-in is for each host of its own'),
    when: expression
      .optional()
      .describe('CEL condition over `identity`: who may use it; absent: everybody'),
    paths: z
      .array(pathRule)
      .max(200)
      .default([])
      .describe('What holds for parts of it. The longest path that covers a request decides'),
    groups: expression
      .optional()
      .describe('CEL list of texts: the groups that it is told; absent: none'),
    claims: z
      .record(claimName, expression)
      .default({})
      .describe('What else it is told, by name: CEL of a text, a bool or a list of texts'),
    headers: z
      .record(z.string(), headerName)
      .default({})
      .describe(
        'Names of the headers, by `user`, `name`, `groups`, `token` or the name of a claim. ' +
          'Default: `Remote-User` and so on',
      ),
    lifetime: duration(300, 604_800)
      .optional()
      .describe('Then Gatehouse is asked again who it is; absent: when the sign-in there ends'),
  })
  .superRefine((value, context) => {
    const problem = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message })
    const known = [...own, ...Object.keys(value.claims)]
    for (const name of Object.keys(value.headers))
      if (!known.includes(name)) problem(['headers', name], `expected one of ${known.join(', ')}`)
    const names = Object.values(headersOf(value)).map((name) => name.toLowerCase())
    if (new Set(names).size < names.length) problem(['headers'], 'two headers have one name')
    const paths = value.paths.map((rule) => rule.path.toLowerCase())
    for (const [index, one] of paths.entries())
      if (paths.indexOf(one) < index)
        problem(['paths', index, 'path'], 'this path is there already')
  })
  .transform(({ lifetime, ...rest }) => ({
    ...rest,
    lifetimeSeconds: lifetime,
    headers: headersOf(rest),
  }))

/** The section `gate`: applications that speak no protocol, behind a proxy that asks. */
export const gate = z
  .strictObject({
    proxies: z
      .array(
        z
          .string()
          .refine(isNetwork, 'expected an IP address, a network (`10.0.0.0/8`) or `loopback`'),
      )
      .max(200)
      .default([])
      .describe('Addresses or networks of the proxies that ask `/gate/verify`; none by default'),
    secret: z
      .string()
      .regex(
        /^[\x21-\x7e][\x20-\x7e]{14,254}[\x21-\x7e]$/,
        'expected 16 to 256 characters of ASCII',
      )
      .optional()
      .describe(
        'What every proxy has to bring as `X-Gatehouse-Proxy`, by reference; with `proxies` both ' +
          'must hold',
      ),
    recheck: duration(1, 300)
      .default(30)
      .describe(
        'For so long a decision is kept: what a sign-out, a revocation or a changed rule takes ' +
          'to reach the applications. Default 30s',
      ),
    sites: z
      .record(
        z
          .string()
          .regex(/^[a-z][a-z0-9-]{0,62}$/, 'expected a–z 0–9 -, at most 63, a letter first')
          .refine((id) => id !== 'constructor', 'this id is reserved'),
        site,
      )
      .default({})
      .describe('Applications by id'),
  })
  .superRefine((value, context) => {
    const seen = new Set<string>()
    for (const [id, { hosts }] of Object.entries(value.sites))
      for (const [index, one] of hosts.entries()) {
        const at = ['sites', id, 'hosts', index]
        if (seen.has(one)) context.addIssue({ code: 'custom', path: at, message: 'listed twice' })
        seen.add(one)
      }
  })
  .transform(({ recheck, ...rest }) => ({ ...rest, recheckSeconds: recheck }))

export type GateSettings = z.output<typeof gate>

/** Every header that an application gets, by what it tells. */
function headersOf({
  claims,
  headers,
}: {
  readonly claims: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
}): Readonly<Record<string, string>> {
  const names = [...own, ...Object.keys(claims)]
  return Object.fromEntries(names.map((name) => [name, headers[name] ?? usualHeader(name)]))
}

function usualHeader(name: string): string {
  const words = name.split('_').filter(Boolean)
  return ['Remote', ...words.map((word) => word[0]!.toUpperCase() + word.slice(1))].join('-')
}

/** A site's rule, and one for each path with a condition of its own. */
export function gateRules({ sites }: GateSettings): readonly AppRule[] {
  return Object.entries(sites).flatMap(([id, { when, groups, claims, paths }]) => [
    { id, when, groups, claims },
    ...paths.flatMap((rule) =>
      rule.when === undefined ? [] : [{ id: `${id} ${rule.path}`, when: rule.when }],
    ),
  ])
}

/** The problems of `gateRules`, at their places in the settings. */
export function gateRuleProblems(
  { sites }: GateSettings,
  compiled: CompiledAppRules,
): readonly RuleProblem[] {
  if (compiled.ok) return []
  return compiled.problems.map((problem) => {
    const [rule, ...rest] = problem.path
    const [id = '', path] = String(rule).split(' ', 2)
    const at = sites[id]?.paths.findIndex((one) => one.path === path) ?? -1
    return { ...problem, path: ['gate', 'sites', id, ...(path ? ['paths', at] : []), ...rest] }
  })
}

/** Hosts that can't be those of a site: Gatehouse's own, and any when it has no TLS itself. */
export function gateHostProblems(
  { sites }: GateSettings,
  publicUrl: URL,
): readonly { readonly path: (string | number)[]; readonly message: string }[] {
  return Object.entries(sites).flatMap(([id, { hosts }]) =>
    hosts.flatMap((one, index) => {
      const path = ['gate', 'sites', id, 'hosts', index]
      if (one === publicUrl.host) return [{ path, message: 'this is the host of `publicUrl`' }]
      const name = new URL(`http://${one}`).hostname
      return publicUrl.protocol === 'http:' && !isLoopback(name)
        ? [{ path, message: 'while `publicUrl` is http, expected a host below `localhost`' }]
        : []
    }),
  )
}
