import type { App } from '../../src/apps/app.ts'

export const benchSecret = 'a secret of at least thirty-two characters'
export const benchBack = 'https://app.example.com/callback'

export const benchApi = 'https://api.example.com'
export const benchScope = 'orders:read'

/** The app of the benchmark, for Gatehouse's settings and for the reference. */
export const benchApps: Readonly<Record<'bench', App>> = {
  bench: {
    label: 'Bench',
    secret: benchSecret,
    authentication: 'client_secret_basic',
    type: 'web',
    redirectUris: [benchBack],
    postLogoutRedirectUris: [],
    pkce: 'required',
    thirdParty: false,
    subject: 'public',
    signing: 'RS256',
    refreshTokens: true,
    device: false,
    clientCredentials: true,
    keys: [],
    signedRequests: false,
    pushedRequests: false,
    resources: { [benchApi]: [benchScope] },
    lifetimes: { accessToken: 600, idToken: 600, refreshToken: 43_200 },
  },
}
