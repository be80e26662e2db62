import { quotaRows } from '../account/quota-rows.ts'
import { withQuery } from '../address.ts'
import { partOf } from '../call.ts'
import { badge, bar, link, none, text } from '../cells.ts'
import { partSection, termsSection } from '../iam/parts.ts'
import { detailPage } from '../page.ts'
import type { Section } from '../shown.ts'
import { type CredentialReport, readCredentialReport } from './credential-report.ts'
import { type Covered, coverageOf, staleDays } from './credential-views.ts'
import { words } from './words.ts'

const told = words.overview
const path = '/console/reports'

/** `/console/reports`: whether credentials are in order, and how full the account is. */
export const overview = detailPage({
  path,
  nav: { section: 'Account', label: told.title, glyph: 'report' },
  crumb: told.title,
  calls: ['iam:GetCredentialReport', 'iam:GetAccountSummary'],
  async read(call, { session, facts }) {
    const [report, summary] = await Promise.all([
      partOf(readCredentialReport(call, session.claims.account)),
      partOf(call('iam:GetAccountSummary', {})),
    ])
    return {
      title: told.title,
      says: told.says,
      actions: [{ text: told.all, href: `${path}/credentials` }],
      main: [
        partSection(told.coverage, report, (value) => coverageRows(value, facts.now)),
        partSection(told.quotas, summary, ({ SummaryMap = {} }) => ({
          heads: [{ head: told.quotaHeads.what }, { head: told.quotaHeads.used }],
          rows: quotaRows(SummaryMap),
          empty: '',
        })),
      ],
      aside: [termsSection(told.root, summary, ({ SummaryMap = {} }) => rootTerms(SummaryMap))],
    }
  },
})

function rootTerms({
  AccountMFAEnabled,
  AccountAccessKeysPresent,
}: Readonly<Record<string, number>>) {
  return [
    [told.rootMfa, AccountMFAEnabled ? text(told.yes) : badge(told.no, 'warn')],
    [told.rootKeys, AccountAccessKeysPresent ? badge(told.there, 'warn') : none()],
  ] as const
}

type Rows = Omit<Extract<Section, { kind: 'rows' }>, 'kind' | 'title'>

function coverageRows(report: CredentialReport | undefined, now: Date): Rows {
  const { heads } = told
  const make = { text: report ? told.make : told.first, href: `${path}/credentials/~create` }
  const made = report?.generatedAt.toISOString().slice(0, 16).replace('T', ' ')
  const found = report && coverageOf(report.lines, now)
  return {
    note: made === undefined ? undefined : told.coverageNote(`${made} UTC`),
    acts: [make],
    heads: [{ head: heads.what }, { head: heads.how }, { head: heads.see, width: 'desk' }],
    rows: found
      ? [
          coveredRow(told.mfa, found.mfa, 'no-mfa'),
          coveredRow(told.passwordUsed(staleDays), found.passwordUsed, 'password-unused'),
          coveredRow(told.keysRotated(staleDays), found.keysRotated, 'key-old'),
          coveredRow(told.keysUsed(staleDays), found.keysUsed, 'key-unused'),
          coveredRow(told.anyUse, found.anyUse, 'none'),
        ]
      : [],
    empty: told.absent,
  }
}

function coveredRow(said: string, { done, of }: Covered, show: string) {
  return [
    text(said),
    bar(done, of, said),
    done === of
      ? none(told.nobody)
      : link(told.see, withQuery(`${path}/credentials`, { show }), undefined),
  ]
}
