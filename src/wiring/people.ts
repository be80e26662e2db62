import type { Identity } from '../kernel/identity.ts'
import { createFederation } from '../sessions/federate.ts'
import { samlProviderKeys } from '../sessions/saml-provider-keys.ts'
import { samlProviders } from '../sessions/saml-providers.ts'
import { buildOwnKeys } from '../sign-in/own-keys.ts'
import { buildRedirectSignIn } from '../sign-in/redirect/redirect-sign-in.ts'
import { replayGuard } from '../sign-in/replay.ts'
import { buildSamlSignIn } from '../sign-in/saml/saml-sign-in.ts'
import { buildSignIn } from '../sign-in/sign-in.ts'
import { rememberTouches } from '../sign-in/touches.ts'
import { createAssume as createAssumeWithPassword } from '../sign-in/wire/assume-with-password.ts'
import { createAssume as createAssumeWithSaml } from '../sign-in/wire/assume-with-saml.ts'
import { openConfiguredConnectors } from './configured-connectors.ts'
import { openConsoles } from './consoles.ts'
import type { Ground } from './ground.ts'
import type { JudgedPeople } from './judged-people.ts'
import { openRechecks } from './rechecks.ts'
import type { Issuers } from './sessions.ts'
import type { Surroundings } from './surroundings.ts'

type Given = Issuers & { readonly judged: JudgedPeople }

/** Opens what people sign in with: connectors, sign-in, and the calls that need them. */
export async function openPeople(around: Surroundings, ground: Ground, issuers: Given) {
  const { settings, current, publicUrl, clock, ids } = around
  const { store, keys, shortLived } = ground
  const { ephemeral, tries } = shortLived
  const { sessions, judged } = issuers
  const { issuer, revocations } = sessions
  await using opened = new AsyncDisposableStack()
  const replay = replayGuard(ephemeral)
  const connectors = opened.use(await openConfiguredConnectors(around, ground, replay))
  const listed = () => connectors.list
  const organization = () => around.organization().organization
  const issuing = { store, issuer, clock, upstreams: issuers.upstream }
  const federation = createFederation({ ...issuing, connectors: listed, organization })
  const { mappings, failures } = judged
  const event = { audit: failures.watching(ground.audit), clock, ids }
  const proved = { ...event, publicUrl, mappings, federation, revocations, ephemeral, tries }
  const checkTimeoutMs = settings.limits.signInTimeoutMs
  const passwords = { ...proved, connectors: listed, checkTimeoutMs }
  const rechecks = openRechecks(around, ground, sessions, connectors)
  const { personKeys, securityKeys } = sessions.factors
  const mayHaveKeys = (identity: Identity) => current().mayHaveKeys(identity)
  const touches = rememberTouches({
    ephemeral,
    mayHaveKeys,
    hasKey: async (identity, key) => (await personKeys.of(identity)).some(({ id }) => id === key),
  })
  const signingIn = { ...passwords, ...settings.session, rechecks, touches, apps: current }
  const signIn = buildSignIn(signingIn)
  const vouching = { store, clock, publicUrl, connectors: listed, ...samlProviderKeys(keys.ring) }
  const secondReader = () => current().settings.samlProviders.secondReader
  const providers = samlProviders({ ...vouching, ...replay, secondReader })
  const returning = { ...proved, signIn, providers, replay, ring: keys.ring, checkTimeoutMs }
  const people = {
    connectors,
    signIn,
    ownKeys: buildOwnKeys({
      ...{ ...event, personKeys, touches, mayHaveKeys },
      usable: securityKeys.usable,
      endsAt: signIn.endsAt,
    }),
    consoleFederation: openConsoles(around, ground, sessions),
    assumptions: {
      assumeWithPassword: createAssumeWithPassword(passwords),
      assumeWithSaml: createAssumeWithSaml(returning),
    },
    redirectSignIn: buildRedirectSignIn(returning),
    samlSignIn: buildSamlSignIn(returning),
  }
  const owned = opened.move()
  return { ...people, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

export type People = Awaited<ReturnType<typeof openPeople>>
