/**
 * `npm run screenshots`: the pictures of the README, into docs/images. `npm run screenshots -- FOLDER`: every page, by day and by
 * night, on a desk and on a phone, to be looked at.
 */
import { mkdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { openDesk } from './chromium.ts'
import { openScenery, type Scene, scenes } from './scenes.ts'

const images = resolve(import.meta.dirname, '../../docs/images')
const forReadme = ['sign-in', 'portal', 'credentials', 'console']
const maxBytes = 150_000
const startsAt = new Date('2026-11-24T09:12:00Z')
const desk = { width: 1280, height: 800 }
const phone = { width: 390, height: 844 }

async function picture(scene: Scene, path: string, viewport: typeof desk, colorScheme: 'light' | 'dark', fullPage: boolean): Promise<void> {
  await using at = await openScenery(startsAt)
  await using seat = await openDesk({ viewport, colorScheme, reducedMotion: 'reduce' })
  const { page } = seat
  await page.clock.setFixedTime(startsAt)
  await scene.show(page, at)
  await page.screenshot({ path, fullPage, animations: 'disabled' })
  const { size } = await stat(path)
  console.log(`${path}  ${Math.round(size / 1000)} kB`)
  if (!fullPage && size > maxBytes) throw new Error(`\`${path}\` has ${size} bytes, more than the ${maxBytes} of a README's picture`)
}

const [folder] = process.argv.slice(2)
await mkdir(folder ?? images, { recursive: true })
for (const scene of scenes) {
  if (folder === undefined) {
    if (forReadme.includes(scene.name)) await picture(scene, join(images, `${scene.name}.png`), desk, 'light', false)
    continue
  }
  for (const colorScheme of ['light', 'dark'] as const) {
    await picture(scene, join(folder, `${scene.name}-${colorScheme}-desk.png`), desk, colorScheme, true)
    await picture(scene, join(folder, `${scene.name}-${colorScheme}-phone.png`), phone, colorScheme, true)
  }
}
