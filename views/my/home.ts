import { html, type Safe } from '../html.ts'
import { accountId } from '../layout.ts'
import { type MyFrame, myFrame } from './frame.ts'
import { part } from './parts.ts'
import { words } from './words.ts'

/** `/portal` of a user of an account. */
export function homePage(frame: MyFrame): Safe {
  const { claims, accountName } = frame.session
  const where = accountName ?? accountId(claims.account)
  return myFrame(frame, {
    title: words.title,
    says: words.line(claims.name, where),
    address: '/portal',
    body: html`${part(
      { id: 'console', title: words.console, says: words.consoleSays },
      html`<p class="mt"><a class="btn pri" href="/console">${words.openConsole}</a></p>`,
    )}
${part(
  { id: 'security', title: words.security, says: words.securitySays },
  html`<p class="mt"><a class="btn" href="/portal/security">${words.security}</a></p>`,
)}`,
  })
}
