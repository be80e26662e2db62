import type { CDPSession, Page } from 'playwright-core'

/** A security key in Chromium that is touched by itself. */
export interface Authenticator {
  readonly id: string
  /** The credentials that it has made. */
  credentials(): Promise<readonly { readonly credentialId: string; readonly signCount: number }[]>
  /** Takes the key out. */
  remove(): Promise<void>
  /** Puts the counter of every credential there, as in a copy. */
  setCounter(signCount: number): Promise<void>
  /** Whether it is touched: otherwise the browser waits. */
  setTouched(touched: boolean): Promise<void>
}

/** A key in a USB port by CTAP2, an older one by U2F, or the computer's own with a PIN. */
export type AuthenticatorKind = 'ctap2' | 'u2f' | 'platform'

const options = {
  ctap2: { protocol: 'ctap2', transport: 'usb', hasUserVerification: false },
  u2f: { protocol: 'u2f', transport: 'usb' },
  platform: {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
  },
} as const

const sessions = new WeakMap<Page, Promise<CDPSession>>()

/** Puts a virtual authenticator into the page's browser (Chrome DevTools Protocol, WebAuthn). */
export async function plugIn(page: Page, kind: AuthenticatorKind): Promise<Authenticator> {
  const known = sessions.get(page)
  const opened = known ?? enabled(page)
  sessions.set(page, opened)
  const cdp = await opened
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: { ...options[kind], automaticPresenceSimulation: true },
  })
  const credentials = async () =>
    (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials
  return {
    id: authenticatorId,
    credentials,
    remove: async () => {
      await cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId })
    },
    setTouched: async (enabled) => {
      await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled })
    },
    async setCounter(signCount) {
      for (const credential of await credentials()) {
        const { credentialId } = credential
        await cdp.send('WebAuthn.removeCredential', { authenticatorId, credentialId })
        await cdp.send('WebAuthn.addCredential', {
          authenticatorId,
          // What older keys made does not say for whom.
          credential: { rpId: new URL(page.url()).hostname, ...credential, signCount },
        })
      }
    },
  }
}

async function enabled(page: Page): Promise<CDPSession> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable', { enableUI: false })
  return cdp
}
