import type { Identity } from '../kernel/identity.ts'
import type { AppRules } from '../mapping/app-rules.ts'
import type { App, Apps } from './app.ts'

/** The client id of the command `gatehouse`, which needs no entry in the settings. */
export const terminalClient = 'gatehouse-terminal'

/** Settings of sign-ins at the terminal. */
export interface TerminalSettings {
  readonly enabled: boolean
  /** Whether a person may sign in by a code, with a browser elsewhere. */
  readonly device: boolean
  /** How long one lasts after the person proved themselves, in seconds. */
  readonly lifetimeSeconds: number
  /** How long it lasts without being used, in seconds. */
  readonly idleSeconds: number
}

/**
 * Adds the command to the apps: a native app without a secret, that any program on the device can
 * pretend to be, so the person is asked each time (RFC 8252, section 8.6).
 */
export function withTerminal(apps: Apps, terminal: TerminalSettings): Apps {
  return terminal.enabled ? { ...apps, [terminalClient]: appOf(terminal) } : apps
}

/** Everybody may use the terminal: which roles a person has is decided for each role. */
export function withTerminalRule(rules: AppRules): AppRules {
  return {
    ...rules,
    evaluate: (app: string, identity: Identity) =>
      app === terminalClient
        ? { app, result: 'allowed', reason: 'the terminal is for everybody', claims: {} }
        : rules.evaluate(app, identity),
  }
}

function appOf({ device, lifetimeSeconds, idleSeconds }: TerminalSettings): App {
  return {
    label: 'the terminal',
    authentication: 'client_secret_basic',
    keys: [],
    signedRequests: false,
    pushedRequests: false,
    clientCredentials: false,
    resources: {},
    type: 'native',
    redirectUris: ['http://127.0.0.1/signed-in', 'http://[::1]/signed-in'],
    postLogoutRedirectUris: [],
    thirdParty: false,
    takesRoles: true,
    pkce: 'required',
    subject: 'public',
    signing: 'ES256',
    refreshTokens: true,
    device,
    lifetimes: {
      accessToken: 600,
      idToken: 600,
      refreshToken: idleSeconds,
      signIn: lifetimeSeconds,
    },
  }
}
