/**
 * `npm run screenshots`: the pictures of the README and docs, into docs/images. `npm run
 * screenshots -- FOLDER`: every page, by day and by night, on a desk and on a phone, to be looked
 * at.
 */
import { mkdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { openDesk } from './chromium.ts'
import { openScenery, type Scene, scenes } from './scenes.ts'

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
  await page.screenshot({ path, fullPage, animations: 'disabled' })
  const { size } = await stat(path)
  console.log(`${path}  ${Math.round(size / 1000)} kB`)
  if (!fullPage && size > maxBytes)
    throw new Error(
      `\`${path}\` has ${size} bytes, more than the ${maxBytes} of a README's picture`,
    )
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
