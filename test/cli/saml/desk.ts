import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeKey, type Told } from '../../connectors/saml/identity-provider.ts'
import { samlSettings } from '../../journeys/saml-settings.ts'

export const now = new Date()
export const key = makeKey(now)
const publicUrl = 'https://sso.example.com'
const acs = `${publicUrl}/saml/corp/acs`
export const honest: Told = {
  audience: `${publicUrl}/saml/corp`,
  recipient: acs,
  destination: acs,
  inResponseTo: '_q',
}

/** Settings with a SAML connector in a folder of their own, and what commands printed. */
export async function desk(audit?: string) {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-cli-'))
  const config = join(folder, 'gatehouse.yaml')
  await writeFile(
    config,
    [
      `publicUrl: ${publicUrl}`,
      `store: { sqlite: ${folder}/g.db }`,
      `keys: { rootKey: { file: ${folder}/root } }`,
      `audit: { file: ${audit ?? join(folder, 'audit.jsonl')} }`,
      samlSettings({ keys: [key] }),
    ].join('\n'),
  )
  const lines: string[] = []
  const output = {
    out: (line: string) => void lines.push(line),
    err: (line: string) => void lines.push(line),
  }
  return {
    folder,
    config,
    output,
    said: () => lines.join('\n'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}
