import type { Configuration } from 'oidc-provider'
import type { Origin } from '../sign-in/sign-in-event.ts'
import { type ProofPorts, proofFeatures } from './app-proofs.ts'
import { type DevicePorts, deviceFlow } from './device.ts'
import type { Library } from './interaction-policy.ts'
import type { LibraryPages } from './pages.ts'
import type { People } from './people.ts'
import { type RegistrationPorts, registrationFeatures } from './registration.ts'
import { type ResourcePorts, resourceIndicators } from './resources.ts'
import { isSubjectGrant, type Subjects } from './subjects.ts'
import { visitOf } from './visit.ts'

export interface FeaturePorts
  extends Omit<DevicePorts, 'pages'>,
    ResourcePorts,
    ProofPorts,
    RegistrationPorts {
  readonly pages: LibraryPages
  readonly people: Pick<People, 'behind'>
  readonly subjects: Pick<Subjects, 'behind'>
}

export const signOutRoute = '/oauth2/logout'

/** What of the library is in use. Experiments stay off, but for signatures by our key ring. */
export function features(
  library: Library,
  ports: FeaturePorts,
): NonNullable<Configuration['features']> {
  const { pages } = ports
  return {
    devInteractions: { enabled: false },
    ...proofFeatures(library, ports),
    ...registrationFeatures(library, ports),
    resourceIndicators: resourceIndicators(library.errors, ports),
    clientCredentials: { enabled: true },
    deviceFlow: deviceFlow(ports),
    userinfo: { enabled: true },
    revocation: {
      enabled: true,
      allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId,
    },
    introspection: {
      enabled: true,
      // By default any confidential app would learn of any token, also after a sign-out.
      allowedPolicy: async ({ req }, { clientId }, token) =>
        token.clientId === clientId && (await isLiving(ports, token, visitOf(req).origin)),
    },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (ctx) => {
        const { secret } = (ctx.oidc.session as unknown as { state: { secret: string } }).state
        ctx.body = pages.signOut({ action: `${signOutRoute}/confirm`, xsrf: secret })
      },
      postLogoutSuccessSource: (ctx) => {
        ctx.type = 'html'
        ctx.body = pages.signedOut([])
      },
    },
    // For the session's id in ID tokens. The library's own messages fail, as it may fetch nothing:
    // `logouts` tells apps, however a sign-in ends.
    backchannelLogout: { enabled: true },
    externalSigningSupport: { enabled: true, ack: 'experimental-01' },
  }
}

/** Whether whoever is behind a token still is; true for a token of the app itself. */
async function isLiving(
  { people, subjects }: Pick<FeaturePorts, 'people' | 'subjects'>,
  token: object,
  origin: Origin,
): Promise<boolean> {
  const { grantId } = token as { readonly grantId?: string }
  if (grantId === undefined) return true
  const found = isSubjectGrant(grantId)
    ? await subjects.behind(grantId)
    : await people.behind(grantId, origin)
  return found !== undefined
}
