import type { Outbound } from '../outbound/outbound.ts'
import { consoleAddress } from './console.ts'
import { putRolePolicy, rolesPage } from './iam.ts'
import { consolePage, federationEndpoint, stsEndpoint } from './partitions.ts'
import { upstreamFault } from './refusals.ts'
import type { UpstreamSettings } from './settings.ts'
import { stsOf } from './sts.ts'
import type { UpstreamTokens } from './tokens.ts'
import { sdkTransport } from './transport.ts'
import type { RolePolicy, RolesAsked, Upstream, UpstreamRequest, Upstreams } from './upstream.ts'
import { UpstreamFault } from './upstream-fault.ts'

/** What the settings say of one account. */
export interface UpstreamAccount {
  readonly id: string
  readonly partition?: string | undefined
  readonly upstream?: UpstreamSettings | undefined
}

export interface UpstreamPorts {
  /** The accounts of the settings in force. */
  readonly accounts: () => readonly UpstreamAccount[]
  readonly outbound: Pick<Outbound, 'send'>
  readonly tokens: Pick<UpstreamTokens, 'sign'>
  readonly env: Readonly<Record<string, string | undefined>>
  /** What one session may take, with every try. */
  readonly timeoutMs?: number | undefined
}

const defaultTimeoutMs = 8000
/** A role has some 100 kB of policies at most, written with URL encoding. */
const mostPageBytes = 33_554_432
/** More calls of one account at once are refused: a slow STS must not hold everything else. */
export const mostAtOnce = 32

/** The upstreams of the accounts that have one, each opened when it is asked for first. */
export function openUpstreams(ports: UpstreamPorts): Upstreams {
  const opened = new Map<string, { readonly settings: object; readonly upstream: Upstream }>()
  return {
    of(id) {
      const account = ports.accounts().find((one) => one.id === id)
      const settings = account?.upstream
      if (!account || !settings) return undefined
      const known = opened.get(id)
      if (known?.settings === settings) return known.upstream
      const upstream = openUpstream(account, settings, ports)
      opened.set(id, { settings, upstream })
      return upstream
    },
  }
}

function openUpstream(
  { id: account, partition = 'aws' }: UpstreamAccount,
  settings: UpstreamSettings,
  { outbound, tokens, env, timeoutMs = defaultTimeoutMs }: UpstreamPorts,
): Upstream {
  const isAws = settings.type === 'aws'
  const { region } = settings
  const endpoint = isAws
    ? (settings.stsEndpoint ?? stsEndpoint(partition, region))
    : settings.endpoint
  const ports = { env, transport: sdkTransport(outbound), endpoint, region }
  const assume = stsOf(settings, { account, tokens, ...ports })
  const within = limited(timeoutMs)
  // Apart, so that revoking many takes no sign-in's place, and sign-ins none of a revocation.
  const administering = limited(timeoutMs)
  const signIn = isAws
    ? (settings.federationEndpoint ?? federationEndpoint(partition, region))
    : undefined
  return {
    type: settings.type,
    region,
    endpoint: isAws ? undefined : endpoint,
    federationEndpoint: signIn,
    async assume(request) {
      refuseUnsupported(settings, request)
      return within((signal) => assume(request, signal))
    },
    async consoleAddress(credentials, { destination, issuer }) {
      if (signIn === undefined)
        throw new UpstreamFault('unsupported', 'this upstream has no console')
      const page = consolePage(destination, { partition, region })
      const visit = { destination: page, issuer }
      return within((signal) => consoleAddress(outbound, signIn, credentials, { ...visit, signal }))
    },
    ...(isAws &&
      settings.revocation && {
        putRolePolicy: (policy: RolePolicy) =>
          administering((signal) => putRolePolicy(settings, { ...ports, assume }, policy, signal)),
      }),
    ...(isAws && {
      rolesPage: (asked: RolesAsked) => {
        const transport = sdkTransport(outbound, mostPageBytes)
        return administering((signal) =>
          rolesPage(settings, { ...ports, transport, assume }, asked, signal),
        )
      },
    }),
  }
}

/** Throws for what another STS takes without holding to it, unless it is known to. */
function refuseUnsupported(settings: UpstreamSettings, request: UpstreamRequest): void {
  if (settings.type === 'aws') return
  const carried = {
    tags: request.tags.length > 0,
    'source-identity': request.sourceIdentity !== undefined,
    'policy-arns': request.policyArns.length > 0,
  }
  for (const name of ['tags', 'source-identity', 'policy-arns'] as const) {
    if (carried[name] && !settings.accepts.includes(name))
      throw new UpstreamFault(
        'unsupported',
        `the session carries ${name}, and \`accepts\` of the upstream does not name it`,
      )
  }
}

/** Bounds calls in time and in number, and throws UpstreamFault for every failure. */
function limited(timeoutMs: number) {
  let running = 0
  return async <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    if (running >= mostAtOnce)
      throw new UpstreamFault('busy', `${mostAtOnce} calls of this account are on their way`)
    running += 1
    const signal = AbortSignal.timeout(timeoutMs)
    const late = Promise.withResolvers<never>()
    const giveUp = () =>
      late.reject(new UpstreamFault('unavailable', `no answer within ${timeoutMs} ms`))
    signal.addEventListener('abort', giveUp, { once: true })
    try {
      return await Promise.race([work(signal), late.promise])
    } catch (error) {
      throw upstreamFault(error)
    } finally {
      signal.removeEventListener('abort', giveUp)
      running -= 1
    }
  }
}
