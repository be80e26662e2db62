import { X509Certificate } from 'node:crypto'
import { type Policy, parsePolicy } from '../policy/index.ts'
import { keysOfAction, type OwnService } from '../reference/own-service.ts'
import type { Route } from './route.ts'

/** A service of one's own (src/config/own-services.ts), as far as its questions depend on it. */
export interface ServiceRules {
  readonly accounts: readonly string[]
  readonly principals: readonly string[]
  readonly proofs?: ProofRules | undefined
  readonly bearer?: BearerRules | undefined
  readonly hosts: readonly string[]
  readonly regions?: readonly string[] | undefined
  readonly policies: Readonly<Record<string, string>>
  readonly payload: 'hashed' | 'unsigned'
  readonly signedHeaders: readonly string[]
  readonly presignedForSeconds: number
  readonly maxAgeSeconds: number
  readonly localVerification: boolean
  readonly recordAllows: number
  /** What requests mean that a proxy asks about; none: it may not ask. */
  readonly routes: readonly Route[]
}

/** How a service proves itself that does not sign (src/config/service-proofs.ts). */
export interface ProofRules {
  /** ARN of the role that it runs as. */
  readonly role: string
  readonly certificates: readonly {
    readonly dns?: string | undefined
    readonly pem?: string | undefined
  }[]
  readonly assertions: readonly {
    readonly issuer: string
    readonly algorithms: readonly string[]
    readonly subjects: readonly string[]
    /** What `aud` is in place of the address of `/authorize`. */
    readonly audience?: string | undefined
  }[]
  /** JWK. */
  readonly keys: readonly Readonly<Record<string, string>>[]
}
/** Whom an access token of ours stands for at the service. */
export interface BearerRules {
  readonly audience: string
  /** ARNs; the first that mapping and trust policy give the person. */
  readonly roles: readonly string[]
  /** Actions without the prefix that each scope covers. */
  readonly scopes: Readonly<Record<string, readonly string[]>>
}
export interface Bearer extends Omit<BearerRules, 'scopes'> {
  /** Whole names of actions. */
  readonly scopes: ReadonlyMap<string, ReadonlySet<string>>
}
export interface ServiceProofs extends Omit<ProofRules, 'certificates'> {
  /** DNS names of certificates that the proxy has verified. */
  readonly dns: readonly string[]
  readonly pinned: readonly X509Certificate[]
}

export interface Service extends Omit<ServiceRules, 'policies' | 'proofs' | 'bearer'> {
  readonly prefix: string
  readonly declared: OwnService
  readonly proofs?: ServiceProofs | undefined
  readonly bearer?: Bearer | undefined
  /** By name in lower case. */
  readonly actions: ReadonlyMap<string, ServiceAction>
  readonly policies: ReadonlyMap<string, Policy>
}
export interface ServiceAction {
  /** `orders:CancelOrder`. */
  readonly name: string
  /** The types that it acts on; none: it acts on `*`. */
  readonly arns: readonly ArnForm[]
  readonly keys: readonly KeyRule[]
}
/** A condition key that a question about the action may bring, in lower case. */
export interface KeyRule {
  readonly key: string
  /** Stands for all keys that begin with `key`: tags. */
  readonly family: boolean
  readonly multivalued: boolean
}

/** The form of the ARNs of a type. */
export interface ArnForm {
  /** Whether it is the form of the whole text. Linear in its length, whatever the form. */
  test(arn: string): boolean
}

/** The services in force: of the settings, and those that were registered by API. */
export interface Services {
  find(prefix: string): Promise<Service | undefined>
  all(): Promise<readonly Service[]>
}

/** Joins what a service may with what it declares. Throws where a policy does not parse: a bug. */
export function serviceOf(declared: OwnService, rules: ServiceRules): Service {
  const { prefix } = declared
  const arns = new Map(declared.resources.map(({ name, arn }) => [name, wholeArn(arn)]))
  const types = new Map(declared.keys.map(({ name, multivalued }) => [name, multivalued]))
  return {
    ...rules,
    prefix,
    declared,
    proofs: rules.proofs && proofsOf(rules.proofs),
    bearer: rules.bearer && bearerOf(rules.bearer, prefix),
    actions: new Map(
      declared.actions.map((action) => [
        action.name.toLowerCase(),
        {
          name: `${prefix}:${action.name}`,
          arns: action.resources.flatMap((name) => arns.get(name) ?? []),
          keys: keysOfAction(action, declared).map((key) => keyRule(key, types)),
        },
      ]),
    ),
    policies: new Map(
      Object.entries(rules.policies).map(([name, text]) => [name, parsed(name, text)]),
    ),
  }
}

function proofsOf({ certificates, ...rest }: ProofRules): ServiceProofs {
  return {
    ...rest,
    dns: certificates.flatMap(({ dns }) => dns ?? []),
    pinned: certificates.flatMap(({ pem }) => (pem === undefined ? [] : new X509Certificate(pem))),
  }
}

function bearerOf({ scopes, ...rest }: BearerRules, prefix: string): Bearer {
  const named = Object.entries(scopes).map(
    ([scope, actions]) => [scope, new Set(actions.map((name) => `${prefix}:${name}`))] as const,
  )
  return { ...rest, scopes: new Map(named) }
}

/** `*` stands for one character at least, since an id is never empty. */
function wholeArn(glob: string): ArnForm {
  const [arn = '', partition, service, region, account, ...resource] = glob.split(':')
  const of = (part: string, star: string) => (part === '*' ? star : part)
  const head = [
    arn,
    of(partition!, '[a-z-]+'),
    service,
    of(region!, '[a-z0-9-]*'),
    of(account!, '\\d{12}'),
  ]
  const beginning = new RegExp(`^${head.join(':')}:`)
  const pieces = resource.join(':').split('*')
  return {
    test(text) {
      const found = beginning.exec(text)
      return found !== null && isFilled(text.slice(found[0].length), pieces)
    },
  }
}

/**
 * Whether the text is the pieces with one character at least between each and the next. Takes the
 * first place where a piece fits, so that a form with many parts costs no more than one with few.
 */
function isFilled(text: string, pieces: readonly string[]): boolean {
  const [first = '', ...rest] = pieces
  const last = rest.pop()
  if (last === undefined) return text === first
  if (!text.startsWith(first)) return false
  let at = first.length
  for (const piece of rest) {
    const next = text.indexOf(piece, at + 1)
    if (next < 0) return false
    at = next + piece.length
  }
  return text.length - last.length > at && text.endsWith(last)
}

function keyRule(name: string, types: ReadonlyMap<string, boolean>): KeyRule {
  const tag = name.indexOf('${')
  return {
    key: (tag < 0 ? name : name.slice(0, tag)).toLowerCase(),
    family: tag >= 0,
    multivalued: types.get(name) ?? name === 'aws:TagKeys',
  }
}

function parsed(name: string, text: string): Policy {
  const found = parsePolicy('resource', name, text)
  if (!found.ok) throw new Error(`the policy \`${name}\` does not parse`)
  return found.policy
}
