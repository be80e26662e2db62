import type { Page } from 'playwright-core'
import type { House } from './house.ts'

/** Every page, each reached as a person would; the name is the screenshot's. */
export const pages: readonly {
  readonly name: string
  show(page: Page, house: House): Promise<unknown>
}[] = [
  { name: 'sign-in-choice', show: (page, house) => page.goto(`${house.origin}/signin`) },
  { name: 'sign-in', show: (page, house) => page.goto(`${house.origin}/signin?connector=staff`) },
  {
    name: 'sign-in-account',
    show: (page, house) => page.goto(`${house.origin}/signin/meridian-data`),
  },
  { name: 'sign-in-error', show: (page, house) => signIn(page, house, 'wrong horse') },
  {
    name: 'no-grants',
    async show(page, house) {
      const { grants } = house.world
      house.world.grants = []
      await signIn(page, house)
      house.world.grants = grants
    },
  },
  { name: 'portal', show: signIn },
  {
    name: 'portal-credentials',
    async show(page, house) {
      await signIn(page, house)
      await page
        .locator('.grant', { hasText: 'DataAnalyst' })
        .getByRole('button', { name: 'Credentials' })
        .click()
    },
  },
  {
    name: 'portal-refused',
    async show(page, house) {
      await signIn(page, house)
      house.world.refuseTrust = true
      await page
        .locator('.grant', { hasText: 'DataAnalyst' })
        .getByRole('button', { name: 'Credentials' })
        .click()
      house.world.refuseTrust = false
    },
  },
  {
    name: 'portal-no-match',
    show: async (page, house) => {
      await signIn(page, house)
      await page.goto(`${house.origin}/portal?q=zebra`)
    },
  },
  { name: 'console', show: openConsole },
  {
    name: 'console-replaced',
    async show(page, house) {
      await openConsole(page, house)
      await page.goto(`${house.origin}/portal`)
      await page
        .locator('.grant', { hasText: 'TimetableExport' })
        .getByRole('button', { name: 'Console' })
        .click()
    },
  },
  {
    name: 'console-deep',
    show: async (page, house) => {
      await openConsole(page, house)
      await page.goto(`${house.origin}/console/roles/DataAnalyst?tab=trust`)
    },
  },
  {
    name: 'timed-out',
    async show(page, house) {
      await openConsole(page, house)
      house.clock.pass(3600)
      await page.goto(`${house.origin}/console/roles`)
    },
  },
  {
    name: 'timed-out-issuer',
    async show(page, house) {
      const { accessKeyId, secretAccessKey, token } = house.mint()
      const Session = JSON.stringify({
        sessionId: accessKeyId,
        sessionKey: secretAccessKey,
        sessionToken: token,
      })
      const { SigninToken } = (await (
        await fetch(`${house.origin}/federation`, {
          method: 'POST',
          body: new URLSearchParams({ Action: 'getSigninToken', Session }),
        })
      ).json()) as { SigninToken: string }
      const Issuer = 'https://broker.meridian.example/'
      const query = new URLSearchParams({ Action: 'login', SigninToken, Issuer })
      await page.goto(`${house.origin}/federation?${query}`)
      house.clock.pass(3600)
      await page.goto(`${house.origin}/console/roles`)
    },
  },
  { name: 'tab-replaced', show: (page, house) => page.goto(`${house.origin}/console-replaced`) },
  { name: 'console-left', show: (page, house) => page.goto(`${house.origin}/console-signed-out`) },
  {
    name: 'sign-out',
    show: async (page, house) => {
      await signIn(page, house)
      await page.goto(`${house.origin}/signout`)
    },
  },
  { name: 'signed-out', show: (page, house) => page.goto(`${house.origin}/signout`) },
  {
    name: 'bad-address',
    show: (page, house) => page.goto(`${house.origin}/federation?Action=login&SigninToken=used`),
  },
  { name: 'not-found', show: (page, house) => page.goto(`${house.origin}/nothing`) },
]

export async function signIn(page: Page, house: House, password = 'right horse'): Promise<void> {
  await page.goto(`${house.origin}/signin?connector=staff`)
  await page.getByLabel('User name').fill('amina')
  await page.getByLabel('Password').fill(typeof password === 'string' ? password : 'right horse')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForLoadState()
}

export async function openConsole(page: Page, house: House): Promise<void> {
  await signIn(page, house)
  await page
    .locator('.grant', { hasText: 'DataAnalyst' })
    .getByRole('button', { name: 'Console' })
    .click()
  await page.waitForURL(/\/console/)
}
