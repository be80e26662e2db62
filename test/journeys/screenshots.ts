/**
 * `npm run screenshots`: the pictures of the README and docs, into docs/images. `npm run
 * screenshots -- FOLDER`: every page, by day and by night, on a desk and on a phone, to be looked
 * at.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { openDesk } from './chromium.ts'
import { consoleScenes, enterConsole, openConsoleWorld } from './console-scenes.ts'
import { openScenery, type Scene, scenes } from './scenes.ts'
import { smallPng } from './small-png.ts'

const images = resolve(import.meta.dirname, '../../docs/images')
const forReadme = ['sign-in', 'portal', 'credentials', 'console', 'console-account']
const maxBytes = 150_000
const startsAt = new Date('2026-11-24T09:12:00Z')
const desk = { width: 1280, height: 800 }
const phone = { width: 390, height: 844 }

interface Look {
  readonly viewport: typeof desk
  readonly colorScheme: 'light' | 'dark'
  readonly fullPage: boolean
}

async function picture(
  scene: Scene,
  path: string,
  { viewport, colorScheme, fullPage }: Look,
): Promise<void> {
  await using at = await openScenery(startsAt)
  await using seat = await openDesk({ viewport, colorScheme, reducedMotion: 'reduce' })
  const { page } = seat
  await page.clock.setFixedTime(startsAt)
  await scene.show(page, at)
  await keep(page, path, fullPage)
}

async function keep(page: Page, path: string, fullPage: boolean): Promise<void> {
  const png = smallPng(await page.screenshot({ fullPage, animations: 'disabled' }))
  await writeFile(path, png)
  console.log(`${path}  ${Math.round(png.length / 1000)} kB`)
  if (!fullPage && png.length > maxBytes)
    throw new Error(
      `\`${path}\` has ${png.length} bytes, more than the ${maxBytes} of a README's picture`,
    )
}

/** The console's main pages, of one account and by one person. */
async function consolePictures(into: string): Promise<void> {
  await using world = await openConsoleWorld(startsAt)
  for (const scheme of ['light', 'dark'] as const) {
    const wanted = consoleScenes.filter(({ colorScheme = 'light' }) => colorScheme === scheme)
    await using seat = await openDesk({
      ...{ viewport: desk, colorScheme: scheme, reducedMotion: 'reduce' },
    })
    const { page } = seat
    await page.clock.setFixedTime(world.rig.running.clock.now())
    await enterConsole(page, world)
    for (const { name, at, prepare } of wanted) {
      await page.goto(world.rig.running.origin + at(world))
      await prepare?.(page)
      await keep(page, join(into, `${name}.png`), false)
    }
  }
}

const [folder] = process.argv.slice(2)
await mkdir(folder ?? images, { recursive: true })
for (const scene of scenes) {
  if (folder === undefined) {
    if (forReadme.includes(scene.name))
      await picture(scene, join(images, `${scene.name}.png`), {
        viewport: desk,
        colorScheme: 'light',
        fullPage: false,
      })
    continue
  }
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [name, viewport] of Object.entries({ desk, phone })) {
      const path = join(folder, `${scene.name}-${colorScheme}-${name}.png`)
      await picture(scene, path, { viewport, colorScheme, fullPage: true })
    }
  }
}
await consolePictures(folder ?? images)
