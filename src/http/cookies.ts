import type { CookieOptions, Request, Response } from 'express'

/** Every cookie that we set, by its use. */
const names = {
  /** The browser session. */
  session: 'gatehouse',
  /** Marks a browser that was shown a form before it signed in. */
  visitor: 'gatehouse-visitor',
  /** The page that the person requested before signing in. */
  path: 'gatehouse-path',
  /** Why the sign-in before ended, for the sign-in page. */
  notice: 'gatehouse-notice',
  /** What the next "signed out" page of this browser tells apps by. */
  frames: 'gatehouse-frames',
  /** Marks a browser, so that no other browser can finish a sign-in that this one began. */
  browser: 'gatehouse-browser',
  /** What an identity provider's answer needs, sealed: one cookie for each tab on its way. */
  attempt1: 'gatehouse-attempt-1',
  attempt2: 'gatehouse-attempt-2',
  attempt3: 'gatehouse-attempt-3',
  attempt4: 'gatehouse-attempt-4',
  attempt5: 'gatehouse-attempt-5',
  /** The connector of the last sign-in. */
  connector: 'gatehouse-way',
  /** A sign-in of an account's user whose password was right and that is not done. */
  step: 'gatehouse-step',
  /** The account and the name of the user who signed in last. */
  user: 'gatehouse-user',
} as const
export type CookieUse = keyof typeof names

/**
 * `__Host-` requires Secure, so it is left out for plain HTTP, which is served only on loopback.
 */
export function cookieName(publicUrl: URL, use: CookieUse): string {
  return publicUrl.protocol === 'https:' ? `__Host-${names[use]}` : names[use]
}

/** Attributes of every cookie; browsers remove a cookie only if they match those that set it. */
export function cookieAttributes(publicUrl: URL) {
  return {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: publicUrl.protocol === 'https:',
  } as const satisfies CookieOptions
}

/** Without `maxAge` (milliseconds) the cookie lives until the browser is closed. */
export function setCookie(
  res: Response,
  publicUrl: URL,
  { use, value, maxAge }: { use: CookieUse; value: string; maxAge?: number },
): void {
  res.cookie(cookieName(publicUrl, use), value, {
    ...cookieAttributes(publicUrl),
    ...(maxAge !== undefined && { maxAge }),
    encode: String,
  })
}

export function clearCookie(res: Response, publicUrl: URL, use: CookieUse): void {
  res.clearCookie(cookieName(publicUrl, use), cookieAttributes(publicUrl))
}

/**
 * Returns the first cookie of the name, not decoded, or undefined. Only spaces and tabs separate: a
 * name with U+00A0 before it, which `\s` has too, escapes the browser's rule for `__Host-`.
 */
export function readCookie(req: Request, publicUrl: URL, use: CookieUse): string | undefined {
  const start = `${cookieName(publicUrl, use)}=`
  return (req.get('cookie') ?? '')
    .split(/;[ \t]*/)
    .find((one) => one.startsWith(start))
    ?.slice(start.length)
}
