import { homePage } from './page.ts'
import { policyLines, summarizeAccess } from './permissions-summary.ts'
import { words } from './words.ts'

/** `/console`: who the session acts as, and what it may do. */
export const home = homePage({
  path: '/console',
  nav: { label: words.home.home, glyph: 'home' },
  crumb: words.home.home,
  calls: [],
  read: ({ session, facts, strayed }) => ({
    title: session.claims.role?.name ?? session.claims.name,
    session,
    access: summarizeAccess(session.caller, facts),
    policies: policyLines(session.caller.layers),
    strayed,
  }),
})
