import type { EndedConsole } from '../../src/sign-in/console.ts'
import { filled } from '../filled.ts'
import { glyph } from '../glyph.ts'
import { breakableName, html, type Safe } from '../html.ts'
import { accountId, type Branding, clockTime, csrfField, duration, gateway } from '../layout.ts'
import { actingAs } from './frame.ts'
import { words } from './words.ts'

export interface EndedPage {
  readonly brand: Branding
  readonly now: Date
  readonly session: EndedConsole
  /** The page to return to after signing in again. */
  readonly path: string
  /** The person is still signed in at the portal and may take the same role again. */
  readonly again?: { readonly csrf: string; readonly choice: string; readonly roleName: string }
}

/** Says that a console session ended, and links back to the issuer or to our own sign-in. */
export function endedPage({ brand, now, session, path, again }: EndedPage): Safe {
  const { reason, issuer, claims, openedAt, expiresAt } = session
  const { title, text } = reasonOf(session)
  const lasted = duration((expiresAt.getTime() - openedAt.getTime()) / 1000)
  return gateway({
    title,
    brand,
    glyph: 'clock',
    line:
      reason === 'timed-out' &&
      html`${filled(words.ended.atAfter, { expiresAt: clockTime(expiresAt, now), lasted })}`,
    content: html`<p>${text}</p>
${claims && whoEnded(session, claims)}
<div class="mt stack-s">${waysBack({ issuer, again, path, account: accountOf(session) })}</div>
<p class="small muted mt">${filled(words.ended.youReturnToAfter, {
      path: html`<span class="mono">${path}</span>`,
    })}</p>`,
  })
}

interface Reason {
  readonly title: string
  readonly text: string
}

const reasons: Readonly<Record<Exclude<EndedConsole['reason'], 'revoked'>, Reason>> = {
  'timed-out': {
    title: words.ended.yourSessionTimedOut,
    text: words.ended.sessionsEndOnTime,
  },
  gone: {
    title: words.ended.yourSessionEnded,
    text: words.ended.theRoleOrUser,
  },
  'key-retired': {
    title: words.ended.yourSessionEnded,
    text: words.ended.theKeyThatProtected,
  },
}

/** What was revoked, as a sentence tells it. */
const revoked: Readonly<Record<NonNullable<EndedConsole['ending']>['scope'], string>> = {
  session: 'this session',
  person: words.ended.allYourSessions,
  username: words.ended.allYourSessions,
  connector: words.ended.theSessionsOfEverybody,
  certificate: words.ended.allSessionsThatA,
  rule: words.ended.allSessionsOfThe,
  role: words.ended.allSessionsOfThis,
  user: words.ended.allSessionsOfThisUser,
  everything: 'all sessions',
}

/** A session of a user who signed in by password. */
const userGone: Reason = {
  title: words.ended.yourSessionEnded,
  text: words.ended.theUserBehindIt,
}

function reasonOf({ reason, ending, claims }: EndedConsole): Reason {
  if (reason === 'gone' && claims?.kind === 'user-session' && claims.password) return userGone
  if (reason !== 'revoked') return reasons[reason]
  if (ending?.own)
    return {
      title: words.ended.youSignedOutEverywhere,
      text: words.ended.thatEndedThisSession,
    }
  const what = revoked[ending?.scope ?? 'session']
  return {
    title: words.ended.yourSessionWasEnded,
    text: words.ended.somebodyWhoLooksAfter(what),
  }
}

function whoEnded(
  { accountName }: EndedConsole,
  claims: NonNullable<EndedConsole['claims']>,
): Safe {
  return html`<dl class="dl ruled small mt">
<dt>${claims.role ? 'Role' : 'User'}</dt><dd>${breakableName(actingAs({ claims }))}</dd>
<dt>${words.ended.account}</dt><dd>${
    accountName !== undefined && html`${breakableName(accountName)} · `
  }<span
 class="num">${accountId(claims.account)}</span></dd></dl>`
}

interface WaysBack {
  readonly issuer: string | undefined
  readonly again: EndedPage['again'] | undefined
  readonly path: string
  /** Of a user who signed in by password. */
  readonly account: string | undefined
}

/** The account at which a user signed in. */
function accountOf({ claims, accountName }: EndedConsole): string | undefined {
  return claims?.password && (accountName ?? claims.password.account)
}

/** Links to the broker that sent the person, to the same role, or to our own sign-in. */
function waysBack({ issuer, again, path, account }: WaysBack): Safe {
  const query = new URLSearchParams({ ...(account !== undefined && { account }), next: path })
  const signIn = account === undefined ? `/signin?${query}` : `/signin/user/password?${query}`
  if (issuer !== undefined)
    return html`<a class="btn pri block" href="${issuer}"
 rel="noreferrer">${filled(words.ended.goBackTo, { new: new URL(issuer).host })} ${glyph(
   'arrow',
   'i i-sm',
 )}</a> <a class="btn block" href="${signIn}">${words.ended.signInHereInstead}</a>`
  if (again)
    return html`<form action="/portal/console" method="post">${csrfField(again.csrf)}
<input type="hidden" name="grant" value="${again.choice}">
<button class="btn pri block">${filled(words.ended.openItAgainAs, {
      again: again.roleName,
    })}</button></form>
<a class="btn block" href="${signIn}">${words.ended.signInAgain}</a>`
  return html`<a class="btn pri block" href="${signIn}">${words.ended.signInAgain}</a>`
}
