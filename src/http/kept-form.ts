import type { Request } from 'express'
import type { EndedConsole, OpenConsole } from '../sign-in/console.ts'
import { sessionArn } from '../sign-in/session-arn.ts'
import type { KeptForm } from './browser-session.ts'

/** A browser's session is read at each page: it holds what a person types, and no file. */
const mostCharacters = 24_000
/** What identifies the form, which a new one replaces. */
const own = /^_(csrf|once|go)$/

/**
 * Keeps what was typed into a form whose console session had ended, for the same person and role.
 * Secrets, which are named by the page, are not kept.
 */
export function keepForm(
  req: Request,
  { claims }: EndedConsole,
  path: string,
  secrets: readonly string[],
): void {
  if (!claims || req.method !== 'POST' || typeof req.body !== 'object') return
  const fields = Object.fromEntries(
    Object.entries(req.body as KeptForm['fields']).filter(
      ([name]) => !own.test(name) && !secrets.includes(name),
    ),
  )
  if (JSON.stringify(fields).length > mostCharacters) return
  req.session.keptForm = { path, by: sessionArn(claims), fields }
}

/** Takes the kept form of this page, once. Undefined: there is none, or somebody else's. */
export function takeForm(
  req: Request,
  { claims }: OpenConsole,
  path: string,
): KeptForm['fields'] | undefined {
  const kept = req.session.keptForm
  if (kept?.path !== path || req.method !== 'GET') return undefined
  delete req.session.keptForm
  return kept.by === sessionArn(claims) ? { ...kept.fields, _go: 'kept' } : undefined
}
