import type { Request, Response } from 'express'
import { clearCookie, readCookie, setCookie } from './cookies.ts'

/** Whom the sign-in page of accounts offers to be. */
export interface RememberedUser {
  /** An alias or 12 digits, as typed. */
  readonly account: string
  readonly username: string
}

const rememberedMs = 180 * 86_400_000
const form = /^([a-z0-9-]{1,63})\.([\w-]{1,128})$/
const userName = /^[\w+=,.@-]{1,64}$/

/**
 * Keeps who signed in, in place of the connector of a sign-in before. Not that they did: it gives
 * no access.
 */
export function rememberUser(
  res: Response,
  publicUrl: URL,
  { account, username }: RememberedUser,
): void {
  clearCookie(res, publicUrl, 'connector')
  const value = `${account}.${Buffer.from(username).toString('base64url')}`
  if (form.test(value)) setCookie(res, publicUrl, { use: 'user', value, maxAge: rememberedMs })
}

export function rememberedUser(req: Request, publicUrl: URL): RememberedUser | undefined {
  const [, account, encoded] = form.exec(readCookie(req, publicUrl, 'user') ?? '') ?? []
  if (account === undefined || encoded === undefined) return undefined
  const username = Buffer.from(encoded, 'base64url').toString()
  return userName.test(username) ? { account, username } : undefined
}

/**
 * Where a person signs in who asked for `path`: at the page of the account whose user signed in
 * here last, unless somebody of a connector did since.
 */
export function signInPath(req: Request, publicUrl: URL, path: string): string {
  const isPerson = readCookie(req, publicUrl, 'connector') !== undefined
  const account = isPerson ? undefined : rememberedUser(req, publicUrl)?.account
  const query = new URLSearchParams({ next: path })
  return account === undefined ? `/signin?${query}` : `/signin/${account}?${query}`
}
