import { buildRedirectSignIn } from '../sign-in/redirect/redirect-sign-in.ts'
import { replayGuard } from '../sign-in/replay.ts'
import { buildSamlSignIn } from '../sign-in/saml/saml-sign-in.ts'
import { buildSignIn } from '../sign-in/sign-in.ts'
import { createAssume as createAssumeWithPassword } from '../sign-in/wire/assume-with-password.ts'
import { createAssume as createAssumeWithSaml } from '../sign-in/wire/assume-with-saml.ts'
import { openConfiguredConnectors } from './configured-connectors.ts'
import { openConsoles } from './consoles.ts'
import { federationOf } from './federation.ts'
import type { Ground } from './ground.ts'
import type { JudgedPeople } from './judged-people.ts'
import { keysOfPeople } from './keys-of-people.ts'
import { listOfSessions } from './open-sessions.ts'
import { openOwnSessions } from './own-sessions.ts'
import { openRechecks } from './rechecks.ts'
import type { Issuers } from './sessions.ts'
import type { Surroundings } from './surroundings.ts'
import { vouchingProviders } from './vouching-providers.ts'

type Given = Issuers & { readonly judged: JudgedPeople }

/** Opens what people sign in with: connectors, sign-in, and the calls that need them. */
export async function openPeople(around: Surroundings, ground: Ground, issuers: Given) {
  const { settings, current, publicUrl, clock, ids } = around
  const { sessions, judged } = issuers
  const { revocations } = sessions
  await using opened = new AsyncDisposableStack()
  const replay = replayGuard(ground.shortLived.ephemeral)
  const connectors = opened.use(await openConfiguredConnectors(around, ground, replay))
  const federation = federationOf(around, ground, issuers, connectors)
  const { mappings, failures } = judged
  const event = { audit: failures.watching(ground.audit), clock, ids }
  const proved = { ...event, publicUrl, mappings, federation, revocations, ...ground.shortLived }
  const checkTimeoutMs = settings.limits.signInTimeoutMs
  const passwords = { ...proved, connectors: () => connectors.list, checkTimeoutMs }
  const openSessions = opened.use(listOfSessions(around, ground))
  const rechecks = openRechecks(around, ground, { revocations, openSessions }, connectors)
  const { touches, own } = keysOfPeople(around, ground, sessions)
  const ownSessions = openOwnSessions(ground, openSessions, { ...event, revocations })
  const kept = { rechecks, touches, openSessions, ownSessions, apps: current }
  const signIn = buildSignIn({ ...passwords, ...settings.session, ...kept })
  const providers = vouchingProviders(around, ground, { connectors, replay })
  const returning = { ...proved, signIn, providers, replay, ring: ground.keys.ring, checkTimeoutMs }
  const ofPeople = { ...own({ ...event, ...signIn }), openSessions, ownSessions }
  const people = {
    connectors,
    signIn,
    consoleFederation: openConsoles(around, ground, { ...sessions, openSessions }),
    assumptions: {
      assumeWithPassword: createAssumeWithPassword(passwords),
      assumeWithSaml: createAssumeWithSaml(returning),
    },
    redirectSignIn: buildRedirectSignIn(returning),
    inBrowsers: { saml: buildSamlSignIn(returning), ...ofPeople },
  }
  const owned = opened.move()
  return { ...people, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

export type People = Awaited<ReturnType<typeof openPeople>>
