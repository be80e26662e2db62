import { accountPages } from './account/pages.ts'
import { addressOf, type Params } from './address.ts'
import { replayCalls } from './analysis/replay-calls.ts'
import { unusedAccessPages } from './analysis/unused-access.ts'
import { auditPages } from './audit/pages.ts'
import { recentSessions } from './explain/recent-sessions.ts'
import { simulator } from './explain/simulator.ts'
import { whoCan } from './explain/who-can.ts'
import { why } from './explain/why.ts'
import { roleGraph } from './graphs/role-graph.ts'
import { home } from './home.ts'
import { manyPolicies } from './iam/bulk/many-policies.ts'
import { serverCertificatePages } from './iam/certificates/pages.ts'
import { aPolicy } from './iam/entity-forms/subject.ts'
import { tagsPage } from './iam/entity-forms/tags-page.ts'
import { groupPages } from './iam/groups/pages.ts'
import { instanceProfilePages } from './iam/instance-profiles/pages.ts'
import { mfaPages } from './iam/mfa/pages.ts'
import { policies } from './iam/policies.ts'
import { policy } from './iam/policy.ts'
import { removalPages } from './iam/removals/pages.ts'
import { rolePages } from './iam/roles/pages.ts'
import { userPages } from './iam/users/pages.ts'
import { identityProviderPages } from './identity-providers/pages.ts'
import { organization } from './organization/organization.ts'
import { rootFeaturePages } from './organization/root-feature-forms.ts'
import { type NavEntry, navSections, type Page } from './page.ts'
import { policyPages } from './policies/pages.ts'
import { reportPages } from './reports/pages.ts'
import { userMfaDeactivate } from './security-keys/user-mfa-deactivate.ts'
import { userSecurityKeyAdd } from './security-keys/user-security-key-add.ts'
import { userSessionsEnd } from './security-keys/user-sessions-end.ts'
import { sessionPages } from './sessions/pages.ts'
import { connector } from './sign-in-side/connector.ts'
import { connectors } from './sign-in-side/connectors.ts'
import { mapping } from './sign-in-side/mapping.ts'
import { peopleKeys, personKeyRemove } from './sign-in-side/people-keys.ts'
import { replay } from './sign-in-side/replay.ts'

/** Every page of the console, in the order of the navigation. */
export const consolePages: readonly Page[] = [
  home,
  ...userPages,
  userSecurityKeyAdd,
  userMfaDeactivate,
  userSessionsEnd,
  ...groupPages,
  ...rolePages,
  ...instanceProfilePages,
  ...policyPages,
  policies,
  manyPolicies,
  policy,
  tagsPage(aPolicy),
  ...identityProviderPages,
  connectors,
  connector,
  peopleKeys,
  personKeyRemove,
  mapping,
  replay,
  simulator,
  recentSessions,
  whoCan,
  roleGraph,
  why,
  replayCalls,
  ...unusedAccessPages,
  ...reportPages,
  ...auditPages,
  ...sessionPages,
  ...accountPages,
  organization,
  ...rootFeaturePages,
  ...serverCertificatePages,
  ...mfaPages,
  ...removalPages,
]

export interface NavLink extends NavEntry {
  readonly href: string
  readonly page: Page
}

/** The entries above the sections, then each section with its entries. */
export const navigation: readonly {
  readonly section: NavEntry['section']
  readonly links: readonly NavLink[]
}[] = [undefined, ...navSections].map((section) => ({
  section,
  links: consolePages
    .filter(({ nav }) => nav && nav.section === section)
    .map((page) => ({ ...page.nav!, href: page.path, page })),
}))

export interface Crumb {
  readonly text: string
  /** Absent: the page itself. */
  readonly href?: string | undefined
}

/** Returns the crumbs from the page below home to the page itself. */
export function crumbsOf(page: Page, params: Params): readonly Crumb[] {
  return trail(page).map((one) => ({
    text: typeof one.crumb === 'string' ? one.crumb : one.crumb(params),
    href: one === page ? undefined : addressOf(one.path, params),
  }))
}

/** Returns the page's own entry, or the entry of the page above it. */
export function entryOf(page: Page): Page {
  return trail(page)[0]!
}

function trail(page: Page): readonly Page[] {
  return page.under ? [...trail(page.under), page] : [page]
}
