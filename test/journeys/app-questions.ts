import type { Page } from 'playwright-core'
import { consentPage } from '../../views/apps/consent.ts'
import { deviceConfirmPage } from '../../views/apps/device.ts'
import type { Safe } from '../../views/html.ts'
import type { RunningHere } from './running.ts'

const brand = { name: 'Gatehouse demo' }
/** What apps ask at most: with long names, many groups, APIs and roles. */
const question = {
  app: 'Timetable Optimisation Suite for Freight, Regional and International Services',
  host: `timetables.${'department-of-operations.'.repeat(4)}meridian.example`,
  takesRoles: false,
  claims: {
    name: 'Amina Diallo',
    email: `${'amina'.repeat(20)}@meridian.example`,
    groups: Array.from({ length: 60 }, (_, at) => `cn=group-${at},ou=groups,dc=meridian`),
    'https://claims.meridian.example/a-long-name-of-a-claim/department/number': '4711',
    admin: true,
  },
  resources: [
    {
      resource: 'https://api.meridian.example',
      label: 'Interlocking, Signalling and Timetable Archive of the Whole Network',
      scopes: Array.from({ length: 20 }, (_, at) => `timetable:department-${at}:read-write`),
    },
  ],
  roles: [`arn:aws:iam::111122223333:role/${'path/'.repeat(30)}TimetableExport`],
}

export const longConsent = `Sign in to ${question.app}?`
export const longDeviceQuestion = `Sign in to ${question.app} on another device?`

/** The page on which a person lets an app know them, which needs an app to get to. */
export const showLongConsent = (page: Page, at: RunningHere) =>
  showView(page, at, consentPage({ brand, csrf: 'x', action: '/x', question }))

/** The page on which a person lets a device in. */
export function showLongDeviceQuestion(page: Page, at: RunningHere): Promise<unknown> {
  const now = at.clock.now()
  const device = {
    address: '2001:db8:85a3:8d3:1319:8a2e:370:7348',
    agent: 'x'.repeat(300),
    at: now,
  }
  const asked = { ...question, action: '/x', xsrf: 'x', code: 'BCDF-GHJK', device, now }
  return showView(page, at, deviceConfirmPage({ brand, ...asked }))
}

/** With the style and scripts of the house, as `html` makes it. */
async function showView(page: Page, { origin }: RunningHere, view: Safe): Promise<unknown> {
  const answer = { contentType: 'text/html', body: String(view) }
  await page.route(`${origin}/view`, (route) => route.fulfill(answer))
  return page.goto(`${origin}/view`)
}
