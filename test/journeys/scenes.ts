import type { Page } from 'playwright-core'
import { freePort } from '../peers/child.ts'
import {
  longConsent,
  longDeviceQuestion,
  showLongConsent,
  showLongDeviceQuestion,
} from './app-questions.ts'
import { brokerKeys, credentialsOf, loginUrl, signedCall, signInToken } from './broker.ts'
import { fillSignIn, roleButton, signInAt } from './chromium.ts'
import { demoSettings, openRunning, type RunningHere } from './running.ts'

export interface Scene {
  readonly name: string
  /** What the page is titled. */
  readonly heading: string
  show(page: Page, at: RunningHere): Promise<unknown>
}

const signIn = (page: Page, { origin }: RunningHere) =>
  signInAt(page, `${origin}?connector=staff`, 'amina', 'amina-demo-2026')
const intoConsole = async (page: Page, at: RunningHere) => {
  await signIn(page, at)
  await roleButton(page, 'Developer', 'Console').click()
  await page.waitForURL(/\/console/)
}
const timedOut = async (page: Page, at: RunningHere) => {
  at.clock.pass(3601)
  await page.goto(`${at.origin}/console/roles/Developer`)
  at.clock.pass(-3601)
}
const fromBroker = async (at: RunningHere) => {
  const federate = { Action: 'GetFederationToken', Name: 'bea', DurationSeconds: '3600' }
  const keys = credentialsOf(await signedCall(at.origin, brokerKeys, federate, at.clock.now()))
  return (await signInToken(at.origin, keys)).token
}

/**
 * Every page of the house as a person comes to it: the demo, with a broker that may be linked to
 * and a directory that is down.
 */
export const scenes: readonly Scene[] = [
  {
    name: 'sign-in-choice',
    heading: 'Sign in',
    show: (page, { origin }) => page.goto(`${origin}/signin`),
  },
  {
    name: 'sign-in',
    heading: 'Sign in',
    show: (page, { origin }) => page.goto(`${origin}/signin?connector=staff`),
  },
  {
    name: 'sign-in-account',
    heading: 'Sign in to demo',
    show: (page, { origin }) => page.goto(`${origin}/signin/demo?connector=staff`),
  },
  {
    name: 'sign-in-error',
    heading: 'Sign in',
    show: (page, { origin }) => signInAt(page, `${origin}?connector=staff`, 'amina', 'a guess'),
  },
  {
    name: 'directory-down',
    heading: 'Sign in',
    show: (page, { origin }) =>
      signInAt(page, `${origin}?connector=plant`, 'amina', 'amina-demo-2026'),
  },
  {
    name: 'no-grants',
    heading: 'You are signed in, but have no role yet',
    show: (page, { origin }) =>
      signInAt(page, `${origin}?connector=staff`, 'priya', 'priya-demo-2026'),
  },
  { name: 'portal', heading: 'Your roles', show: signIn },
  {
    name: 'portal-person',
    heading: 'Your roles',
    async show(page, at) {
      await signIn(page, at)
      await page.getByText('Amina Diallo').click()
    },
  },
  {
    name: 'credentials',
    heading: 'Your roles',
    async show(page, at) {
      await signIn(page, at)
      await roleButton(page, 'Developer', 'Credentials').click()
      await page.getByRole('region', { name: 'Shell commands' }).waitFor()
    },
  },
  {
    name: 'credentials-renewing',
    heading: 'Your roles',
    async show(page, at) {
      await signIn(page, at)
      await roleButton(page, 'Developer', 'Credentials').click()
      await page.getByRole('radio', { name: 'Renewing' }).check()
    },
  },
  {
    name: 'portal-no-match',
    heading: 'Your roles',
    async show(page, at) {
      await signIn(page, at)
      await page.goto(`${at.origin}/portal?q=zebra`)
    },
  },
  { name: 'console', heading: 'Developer', show: intoConsole },
  {
    name: 'console-deep',
    heading: 'Developer',
    async show(page, at) {
      await intoConsole(page, at)
      await page.goto(`${at.origin}/console/roles/Developer?tab=trust`)
    },
  },
  {
    name: 'console-roles',
    heading: 'Roles',
    async show(page, at) {
      await intoConsole(page, at)
      await page.getByRole('link', { name: 'Roles', exact: true }).click()
      await page.waitForURL(/\/console\/roles/)
    },
  },
  {
    name: 'console-account',
    heading: 'Account settings',
    async show(page, at) {
      await intoConsole(page, at)
      await page.goto(`${at.origin}/console/account`)
    },
  },
  {
    name: 'console-strayed',
    heading: 'Developer',
    async show(page, at) {
      await intoConsole(page, at)
      await page.goto(`${at.origin}/console/s3/home?region=eu-west-1`)
      await page.getByText('There is no page of its own').waitFor()
    },
  },
  {
    name: 'console-replaced',
    heading: 'BillingViewer',
    async show(page, at) {
      await intoConsole(page, at)
      await page.goto(`${at.origin}/portal`)
      await roleButton(page, 'BillingViewer', 'Console').click()
    },
  },
  {
    name: 'timed-out',
    heading: 'Your session timed out',
    show: async (page, at) => {
      await intoConsole(page, at)
      await timedOut(page, at)
    },
  },
  {
    name: 'timed-out-issuer',
    heading: 'Your session timed out',
    async show(page, at) {
      await page.goto(
        loginUrl(at.origin, await fromBroker(at), { Issuer: 'https://broker.example.com/start' }),
      )
      await timedOut(page, at)
    },
  },
  {
    name: 'refused',
    heading: 'This sign-in address does not work',
    async show(page, at) {
      const url = loginUrl(at.origin, await fromBroker(at))
      await page.goto(url)
      await page.goto(url)
    },
  },
  {
    name: 'tab-replaced',
    heading: 'This console session ended',
    show: (page, { origin }) => page.goto(`${origin}/console-replaced`),
  },
  {
    name: 'left-console',
    heading: 'You left the console',
    async show(page, at) {
      await intoConsole(page, at)
      await page.getByRole('button', { name: 'Sign out' }).first().click()
    },
  },
  {
    name: 'sign-out',
    heading: 'Sign out',
    async show(page, at) {
      await signIn(page, at)
      await page.goto(`${at.origin}/signout`)
    },
  },
  {
    name: 'signed-out',
    heading: 'You are signed out',
    show: (page, { origin }) => page.goto(`${origin}/signout`),
  },
  {
    name: 'stale-form',
    heading: 'This sign-in has ended',
    async show(page, { origin }) {
      await page.goto(`${origin}/signin?connector=staff`)
      await page.context().clearCookies()
      await fillSignIn(page, 'amina', 'amina-demo-2026')
    },
  },
  { name: 'app-consent', heading: longConsent, show: showLongConsent },
  { name: 'device-question', heading: longDeviceQuestion, show: showLongDeviceQuestion },
  {
    name: 'not-found',
    heading: 'There is no page here',
    show: (page, { origin }) => page.goto(`${origin}/nothing/here`),
  },
]

/** The house of the scenes; `startsAt` fixes what the pages say of the time. */
export async function openScenery(startsAt?: Date): Promise<RunningHere> {
  const demo = (await demoSettings()).replace(
    `'"auditors" in identity.groups'`,
    `'"nobody" in identity.groups'`,
  )
  const down = {
    type: 'ldap',
    label: 'Plant directory',
    accounts: ['111122223333'],
    servers: [`ldaps://127.0.0.1:${await freePort()}`],
    bind: { how: 'direct', template: '{username}@plant.example' },
    people: { base: 'dc=plant,dc=example' },
  }
  const more = [
    'branding: { name: Gatehouse demo, helpUrl: "https://help.example.com/" }',
    'federation: { issuers: ["https://broker.example.com/start"] }',
  ]
  const withPlant = demo.replace('connectors:\n', `connectors:\n  plant: ${JSON.stringify(down)}\n`)
  return openRunning(`${more.join('\n')}\n${withPlant}`, startsAt)
}
