import { type Configuration, refreshTokenGrant } from 'openid-client'
import type { Identity } from '../../kernel/identity.ts'
import { type SignInCode, SignInFault } from '../../kernel/sign-in-fault.ts'
import { fromLibrary } from '../oidc/library-faults.ts'
import { type OidcCheck, OidcFault } from '../oidc/oidc-fault.ts'
import { recheckCodes } from '../oidc/recheck.ts'
import type { KeptForRecheck, Recheck } from '../recheck.ts'
import { apiOf } from './api.ts'
import { type Party, type Tokens, tokensOf } from './client.ts'

/** What a fault says about the person, besides what it says of an OpenID provider. */
const codes: Readonly<Partial<Record<OidcCheck, SignInCode>>> = {
  ...recheckCodes,
  'access-token': 'signed-out-there',
}

/** An access token that ends sooner is replaced before it is used. */
const leastMs = 60_000

/**
 * Asks the provider's API about people again, with the access token of their sign-in or what its
 * refresh token gives; undefined where the settings don't want it.
 */
export function recheckByToken(party: Party): Recheck | undefined {
  const { recheck } = party.settings
  if (!recheck) return undefined
  return {
    settings: recheck,
    async check(identity, kept) {
      const { secret } = kept
      if (secret === undefined)
        throw new SignInFault('provider-misfit', 'no token of the sign-in was kept')
      const tokens = readTokens(secret)
      try {
        return await fromLibrary(() => askedAgain(party, identity, { ...kept, tokens }))
      } catch (error) {
        if (!(error instanceof OidcFault)) throw error
        throw new SignInFault(
          codes[error.check] ?? 'assertion-refused',
          withoutTokens(error.detail, tokens),
          { cause: error },
        )
      }
    },
  }
}

type Kept = KeptForRecheck & { readonly tokens: Tokens }

async function askedAgain(party: Party, identity: Identity, kept: Kept): Promise<Identity> {
  const { provider, clock } = party
  const { tokens, signal } = kept
  const configuration = party.configuration(signal)
  const person = async ({ accessToken }: Tokens) => ({
    ...identity,
    ...(await provider.person(apiOf(configuration, accessToken))),
  })
  const endsAt = tokens.accessEndsAt?.getTime() ?? Infinity
  const isGood = endsAt - clock.now().getTime() > leastMs
  if (!isGood && tokens.refreshToken !== undefined)
    return person(await refreshed(party, configuration, kept))
  try {
    return await person(tokens)
  } catch (error) {
    const ended = error instanceof OidcFault && error.check === 'access-token'
    if (!ended || tokens.refreshToken === undefined) throw error
  }
  return person(await refreshed(party, configuration, kept))
}

/** Keeps the new tokens before anything else is asked: the old ones may be good no more. */
async function refreshed(
  { clock }: Party,
  configuration: Configuration,
  { tokens, keep }: Kept,
): Promise<Tokens> {
  const { refreshToken = '' } = tokens
  const answer = await refreshTokenGrant(configuration, refreshToken)
  const next = { refreshToken, ...tokensOf(answer, clock.now()) }
  await keep(keptTokens(next))
  return next
}

/** Tokens as a text, for the sealed secret of a sign-in. */
export function keptTokens({ accessToken, accessEndsAt, refreshToken }: Tokens): string {
  return JSON.stringify([accessToken, accessEndsAt?.getTime() ?? null, refreshToken ?? null])
}

function readTokens(text: string): Tokens {
  const [accessToken, endsAt, refreshToken] = JSON.parse(text)
  return {
    accessToken,
    ...(endsAt !== null && { accessEndsAt: new Date(endsAt) }),
    ...(refreshToken !== null && { refreshToken }),
  }
}

/** Some providers quote in their error what they were sent. */
function withoutTokens(detail: string, { accessToken, refreshToken }: Tokens): string {
  const hidden = detail.replaceAll(accessToken, '…')
  return refreshToken === undefined ? hidden : hidden.replaceAll(refreshToken, '…')
}
