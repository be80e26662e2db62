import type { IncomingMessage, ServerResponse } from 'node:http'
import type { errors, Provider } from 'oidc-provider'
import type { SigningKeys } from '../credentials/signing-keys.ts'
import type { Identity } from '../kernel/identity.ts'
import type { Ids } from '../kernel/ids.ts'
import type { SessionProofs } from '../sessions/session-proof.ts'
import type { SignIn } from '../sign-in/sign-in.ts'
import type { Origin } from '../sign-in/sign-in-event.ts'
import { networkOf, type Tries } from '../sign-in/tries.ts'
import type { ProveAssertion } from '../sign-in/wire/prove-assertion.ts'
import type { Ephemeral } from '../store/ephemeral.ts'
import { buildAdapter } from './adapter.ts'
import { clientOf, findApp } from './app.ts'
import { namedKeys, proofsMadeAt, proofsOf } from './app-proofs.ts'
import { personOf } from './bearer.ts'
import { buildConfiguration, type ConfigurationPorts, routes } from './configuration.ts'
import { type Answer, goOn, type Step } from './continue.ts'
import { buildFrontChannel, type FrontChannel } from './front-channel.ts'
import { groupWrites } from './grouped-writes.ts'
import type { Library } from './interaction-policy.ts'
import { registerJwtBearer } from './jwt-bearer.ts'
import { buildLogouts, type LogoutPorts } from './logouts.ts'
import type { LibraryPages } from './pages.ts'
import { buildPeople, type PeoplePorts, subjectOf } from './people.ts'
import type { PublishedKeys } from './published-keys.ts'
import { registrationAdapters, withRegistered, withRegisteredRule } from './registration.ts'
import { buildSubjects } from './subjects.ts'
import { registerTokenExchange } from './token-exchange.ts'
import { noteVisit, pinAddress, type Visit } from './visit.ts'
import { type WatchPorts, watch } from './watch.ts'

export interface AppsPorts
  extends Omit<ConfigurationPorts, 'people' | 'subjects' | 'pages' | 'ids'>,
    Omit<WatchPorts, 'pages' | 'logouts' | 'frontChannel' | 'people' | 'writes' | 'wasUsedBefore'> {
  readonly ephemeral: Ephemeral
  readonly signIn: Pick<SignIn, 'endsAt' | 'holds' | 'current' | 'credentials'>
  readonly openSessions: PeoplePorts['openSessions']
  readonly sessions: SessionProofs
  readonly proveAssertion: ProveAssertion
  readonly wasEnded: (identity: Identity) => Promise<boolean>
  readonly tries: Pick<Tries, 'mayTryCode' | 'wrongCode'>
  readonly appKeys: Pick<SigningKeys, 'list' | 'signers' | 'sign'>
  readonly post: LogoutPorts['post']
  readonly publishedKeys: PublishedKeys
  readonly ids: Ids
}

/** Gatehouse as the OpenID provider of the company's own apps. */
export interface OpenApps {
  /** False: no app is in the settings, and there is nothing at these addresses. */
  readonly any: () => boolean
  /** Whether apps may register themselves. */
  readonly mayRegister: () => boolean
  /** Whether there is an app of this client id. */
  readonly has: (app: string) => boolean
  /** Answers a request at one of the provider's addresses. */
  answer(req: IncomingMessage, res: ServerResponse, visit: Visit): Promise<void>
  /** Goes on with an app's request in this browser. */
  goOn(
    req: IncomingMessage,
    res: ServerResponse,
    asked: { readonly visit: Visit; readonly answer: Answer },
  ): Promise<Step>
  /**
   * The person behind an access token that this app was given, while the token, the sign-in and the
   * person's leave to use the app last. A token of another app is nobody's.
   */
  personOf(token: string, app: string, origin: Origin): Promise<Identity | undefined>
  /** Ends what a sign-in gave to apps. */
  signedOut(identity: Identity): Promise<void>
  /** Tells apps of a sign-out by frames of a page. */
  readonly frontChannel: Pick<FrontChannel, 'leave' | 'keep' | 'kept'>
  /**
   * False: this address begins too many requests, or proves itself wrong too often. `bytes`: how
   * long the request is, of which what is kept is a part.
   */
  mayAsk(
    sourceAddress: string,
    kind: 'person' | 'app' | 'push',
    bytes?: number | undefined,
  ): Promise<boolean>
  /** False: this person types too many codes of devices. */
  mayTypeCode(identity: Identity): Promise<boolean>
  /** An app proved itself wrong. */
  wrongSecret(sourceAddress: string): Promise<void>
}

/**
 * Requests from one address in a minute, each of which is kept a while: by people who are not
 * signed in and devices, and those that apps push for all of their people. A longer one counts as
 * several, so that a minute's keep no more than `mostPerMinute` times `bytesOfOne`.
 */
const mostPerMinute = { person: 600, push: 6000 }
const bytesOfOne = 2048

/** Forms about devices that one person sends, two for each device, right and wrong ones. */
const mostTyped = 30
const typedWithinSeconds = 600

/** `pages`: made at the edge. The library is loaded at the first request of an app. */
export function openApps(given: AppsPorts): (pages: LibraryPages) => OpenApps {
  const { registered, registration, resources, acrValues, ephemeral, tries } = given
  const apps = () => withRegistered(given.apps(), registered.current(), registration())
  const rules = () => withRegisteredRule(given.rules())
  const ports = { ...given, apps, rules }
  const refresh = async () => {
    if (registration().enabled) await registered.refresh()
  }
  const logouts = buildLogouts(ports)
  const frontChannel = buildFrontChannel(ports)
  const people = buildPeople({ ...ports, ended: logouts.ended })
  const subjects = buildSubjects(ports)
  return (pages) => {
    const current = newestProvider({ ...ports, people, subjects, pages, logouts, frontChannel })
    return {
      any: () => Object.keys(apps()).length > 0 || registration().enabled,
      mayRegister: () => registration().enabled,
      has: (app) => findApp(apps(), app) !== undefined,
      async answer(req, res, visit) {
        await refresh()
        const { provider } = await current()
        noteVisit(req, visit)
        pinAddress(req, ports.publicUrl, visit.origin.sourceAddress)
        await provider.callback()(req, res)
      },
      async goOn(req, res, asked) {
        await refresh()
        const { provider, library } = await current()
        pinAddress(req, ports.publicUrl, asked.visit.origin.sourceAddress)
        const isGone = (error: unknown): error is errors.SessionNotFound =>
          error instanceof library.errors.SessionNotFound
        const going = {
          ...ports,
          provider,
          people,
          isGone,
          apps: apps(),
          rules: rules(),
          resources: resources(),
          acrValues: acrValues(),
        }
        return goOn(going, { req, res, ...asked })
      },
      async personOf(token, app, origin) {
        await refresh()
        const { provider } = await current()
        return personOf({ ...ports, provider, people }, token, app, origin)
      },
      signedOut: (identity) => people.signedOut(identity),
      frontChannel,
      async mayAsk(sourceAddress, kind, bytes = 0) {
        if (kind === 'app') return tries.mayTryCode(sourceAddress)
        const key = `app/${kind === 'push' ? kind : 'begin'}/${networkOf(sourceAddress)}`
        const weight = Math.max(1, Math.ceil(bytes / bytesOfOne))
        const { count } = await ephemeral.count('rate', key, 60, weight)
        return count <= mostPerMinute[kind]
      },
      async mayTypeCode(identity) {
        const key = `app/device/${subjectOf(identity)}`
        const { count } = await ephemeral.count('rate', key, typedWithinSeconds)
        return count <= mostTyped
      },
      wrongSecret: (sourceAddress) => tries.wrongCode(sourceAddress),
    }
  }
}

interface Running {
  readonly library: Library
  readonly provider: Provider
}

type Inner = AppsPorts & ConfigurationPorts & Pick<WatchPorts, 'logouts' | 'frontChannel'>

/**
 * The provider for the current keys and claims. Its keys can't be exchanged, so when they change a
 * new one takes over, on the same storage: what the old one gave stays good.
 */
function newestProvider(ports: Inner): () => Promise<Running> {
  let made: { readonly of: string; readonly running: Promise<Running> } | undefined
  return async () => {
    const keys = (await ports.appKeys.list()).map(({ id }) => id)
    const { claimNames } = ports.rules()
    const { enabled } = ports.registration()
    const of = JSON.stringify([keys, claimNames, Object.keys(ports.acrValues()), enabled])
    if (made?.of !== of || keys.length === 0) made = { of, running: build(ports) }
    const { running } = made
    running.catch(() => {
      if (made?.running === running) made = undefined
    })
    return running
  }
}

async function build(ports: Inner): Promise<Running> {
  const library = await import('oidc-provider')
  const { apps, ephemeral, clock, publicUrl } = ports
  const findClient = async (id: string) => {
    const app = findApp(apps(), id)
    if (!app) return undefined
    const named = app.keysUri && namedKeys(library.Provider.ctx?.oidc?.params)
    const keys = named ? await ports.publishedKeys.holding(app.keysUri, named) : []
    return { ...clientOf(id, app), ...proofsOf(app, keys) }
  }
  const invalidGrant = (message: string) => new library.errors.InvalidGrant(message)
  const polling = () => {
    const { ctx } = library.Provider
    return ctx?.oidc.route === 'token' ? ctx.req : undefined
  }
  const slowDown = () => new library.errors.SlowDown()
  const current = () => library.Provider.ctx?.req
  const writes = groupWrites({ ephemeral, clock, current })
  const again = new WeakSet<object>()
  const servesAgain = () => {
    const req = current()
    if (req) again.add(req)
  }
  const adapter = buildAdapter({
    ...{ ephemeral: writes.ephemeral, clock, findClient },
    ...{ polling, slowDown, invalidGrant, servesAgain },
    proofsMadeAt: () => proofsMadeAt(library.Provider.ctx, clock),
    elsewhere: registrationAdapters(library, ports),
  })
  const signers = await ports.appKeys.signers()
  const provider = new library.Provider(
    publicUrl.origin,
    buildConfiguration(library, ports, { adapter, signers }),
  )
  // Every address is built from headers that `pinAddress` made ours.
  provider.proxy = true
  watch(provider, { ...ports, writes, wasUsedBefore: (req) => again.has(req) })
  const exchanging = { ...ports, errors: library.errors }
  registerTokenExchange(provider, exchanging)
  const audiences = [publicUrl.origin, publicUrl.origin + routes.token]
  registerJwtBearer(provider, { ...exchanging, audiences })
  return { library, provider }
}
