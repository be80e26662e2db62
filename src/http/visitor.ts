import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Request } from 'express'
import type { Ids } from '../kernel/ids.ts'
import type { SignInCode } from '../kernel/sign-in-fault.ts'
import { returnPath } from '../sign-in/destination.ts'
import { clearCookie, readCookie, setCookie } from './cookies.ts'

/**
 * State of a visitor who has not signed in. All of it is kept in their browser, because with a row
 * on the server for each anonymous request strangers could fill the disk.
 */
export interface Visitor {
  /**
   * Returns the CSRF token of this browser's forms, and marks the browser if it has no mark yet.
   */
  formToken(req: Request): string
  /** Whether `token` belongs to a form that this browser was shown. */
  holds(req: Request, token: string | undefined): boolean
  /** Keeps the page of ours that was requested, for after the sign-in. */
  keepPath(req: Request, path: string): void
  keptPath(req: Request): string | undefined
  /** Keeps why a sign-in ended, for the sign-in page that comes next. */
  keepNotice(req: Request, notice: Notice): void
  /** Returns the notice once. */
  takeNotice(req: Request): Notice | undefined
  /** Called at a sign-in: forms that were shown before it become invalid. */
  forget(req: Request): void
}

export interface Notice {
  readonly code: SignInCode
  /** When the sign-in ended, if that is known. */
  readonly at?: Date | undefined
}

export interface VisitorPorts {
  readonly publicUrl: URL
  /** The first signs, all verify. */
  readonly sessionSecrets: readonly string[]
  readonly ids: Pick<Ids, 'opaque'>
}

/** How long an unsent form and the requested page remain valid. */
const maxAge = 30 * 60_000
/** Browsers drop a cookie of more than 4,096 bytes; base64 adds a third. */
const maxPathCharacters = 2048

/** Each signature is bound to one use, so that it is not valid for another. */
type Use = 'form' | 'path' | 'notice'

export function buildVisitor({ publicUrl, sessionSecrets, ids }: VisitorPorts): Visitor {
  const sign = (secret: string, use: Use, text: string) =>
    createHmac('sha256', secret).update(`visitor ${use}\0${text}`).digest('hex')
  const signs = (use: Use, text: string, signature: string) =>
    sessionSecrets.some((secret) => sameText(sign(secret, use, text), signature))
  const current = (use: Use, text: string) => sign(sessionSecrets[0]!, use, text)

  const markOf = (req: Request) => {
    const value = readCookie(req, publicUrl, 'visitor')
    return value !== undefined && /^[\w-]{43}$/.test(value) ? value : undefined
  }
  const keep = (req: Request, use: 'path' | 'notice', plain: string) => {
    const text = Buffer.from(plain).toString('base64url')
    setCookie(req.res!, publicUrl, { use, value: `${text}.${current(use, text)}`, maxAge })
  }
  const kept = (req: Request, use: 'path' | 'notice') => {
    const [text = '', signature = ''] = (readCookie(req, publicUrl, use) ?? '').split('.')
    return signs(use, text, signature) ? Buffer.from(text, 'base64url').toString() : undefined
  }
  return {
    formToken(req) {
      // Keep the mark while it lives, so that forms in other tabs remain valid.
      const value = markOf(req) ?? ids.opaque(32)
      setCookie(req.res!, publicUrl, { use: 'visitor', value, maxAge })
      return current('form', value)
    },
    holds(req, token) {
      const mark = markOf(req)
      return mark !== undefined && token !== undefined && signs('form', mark, token)
    },
    keepPath(req, path) {
      if (path.length <= maxPathCharacters) keep(req, 'path', path)
    },
    keptPath(req) {
      const path = kept(req, 'path')
      return path === undefined ? undefined : returnPath(path, publicUrl)
    },
    keepNotice(req, { code, at }) {
      keep(req, 'notice', `${code} ${at?.toISOString() ?? ''}`)
    },
    takeNotice(req) {
      const text = kept(req, 'notice')
      if (text === undefined) return undefined
      clearCookie(req.res!, publicUrl, 'notice')
      const [code, at] = text.split(' ') as [SignInCode, string]
      return { code, at: at === '' ? undefined : new Date(at) }
    },
    forget(req) {
      for (const use of ['visitor', 'path', 'notice'] as const)
        clearCookie(req.res!, publicUrl, use)
      // Left by a sign-out whose last page was never shown: it is not of who comes now.
      if (readCookie(req, publicUrl, 'frames')) clearCookie(req.res!, publicUrl, 'frames')
    },
  }
}

function sameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
