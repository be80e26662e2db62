import { z } from 'zod'
import { duration } from './duration.ts'

/** Scopes of the protocol itself, which say nothing about an API. */
const ownScopes: ReadonlySet<string> = new Set([
  ...['openid', 'profile', 'email', 'groups', 'offline_access', 'address', 'phone', 'roles'],
])

/** One scope (RFC 6749, section 3.3). */
export const scope = z
  .string()
  .regex(
    /^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/,
    'expected printable characters without space, " or \\',
  )
  .refine((value) => !ownScopes.has(value), 'the protocol has this scope')

/** The address of a resource (RFC 8707, section 2). */
export const resourceId = z
  .string()
  .max(512)
  .refine(
    (value) => URL.canParse(value) && !/[\s#]/.test(value),
    'expected a whole address without `#`, such as `https://api.example.com`',
  )

/** The section `resources`: APIs that apps get tokens for, by their address. */
export const resources = z.record(
  resourceId,
  z.strictObject({
    label: z.string().min(1).max(80).describe('What pages call the API'),
    scopes: z.array(scope).min(1).max(200).describe('What there is to allow at the API'),
    signing: z
      .enum(['RS256', 'ES256'])
      .default('RS256')
      .describe('What its tokens are signed with'),
    claims: z
      .boolean()
      .default(false)
      .describe(
        'Its tokens also say what the app is told of the person (name, groups, claims), for an ' +
          'API that reads people from them',
      ),
    lifetime: duration(60, 3600)
      .default(600)
      .describe('How long its tokens last, whatever happens to the sign-in; default 10m'),
  }),
)

interface WithResources {
  readonly apps: Readonly<
    Record<
      string,
      {
        readonly resources: Readonly<Record<string, readonly string[]>>
        readonly defaultResource?: string | undefined
      }
    >
  >
  readonly services: Readonly<
    Record<
      string,
      { readonly bearer?: { readonly audience: string; readonly scopes: object } | undefined }
    >
  >
  readonly resources: z.output<typeof resources>
}

/** Apps ask for what resources have, and services take tokens of it. */
export function knownResources(
  { apps, services, resources: known }: WithResources,
  context: z.RefinementCtx,
): void {
  const check = (path: readonly string[], resource: string, scopes: readonly string[]) => {
    const found = Object.hasOwn(known, resource) ? known[resource] : undefined
    if (!found)
      context.addIssue({
        code: 'custom',
        path: [...path],
        message: 'this resource is not in `resources`',
      })
    for (const [index, one] of scopes.entries())
      if (found && !found.scopes.includes(one))
        context.addIssue({
          code: 'custom',
          path: [...path, index],
          message: 'the resource has no such scope',
        })
  }
  for (const [id, app] of Object.entries(apps)) {
    const { defaultResource } = app
    if (defaultResource !== undefined && !Object.hasOwn(app.resources, defaultResource))
      context.addIssue({
        code: 'custom',
        path: ['apps', id, 'defaultResource'],
        message: 'expected one of the `resources` of this app',
      })
    for (const [resource, scopes] of Object.entries(app.resources))
      check(['apps', id, 'resources', resource], resource, scopes)
  }
  for (const [prefix, { bearer }] of Object.entries(services)) {
    const path = ['services', prefix, 'bearer']
    if (bearer) check(path, bearer.audience, Object.keys(bearer.scopes))
  }
}
