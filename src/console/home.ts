import { homePage } from './page.ts'
import { policyLines, summarizeAccess } from './permissions-summary.ts'

/** `/console`: who the session acts as, and what it may do. */
export const home = homePage({
  path: '/console',
  nav: { label: 'Home', glyph: 'home' },
  crumb: 'Home',
  calls: [],
  read: ({ session, facts, strayed }) => ({
    title: session.claims.role?.name ?? session.claims.name,
    session,
    access: summarizeAccess(session.caller, facts),
    policies: policyLines(session.caller.layers),
    strayed,
  }),
})
