import { mkdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Output } from '../check.ts'
import { withAccess } from './access.ts'
import { withProfiles } from './aws-config.ts'
import { KeptSignIns } from './kept-sign-ins.ts'
import { describeSignIn } from './terminal-calls.ts'

export interface ConfigureOptions {
  readonly endpoint: string
  readonly prefix?: string | undefined
  readonly region?: string | undefined
}

/**
 * `gatehouse configure`: writes one profile for each role of the person into the AWS CLI's file,
 * `AWS_CONFIG_FILE` or `~/.aws/config`. Run again it brings them up to date, and leaves everything
 * else in the file as it is.
 */
export async function configureCommand(
  { endpoint, prefix = '', region }: ConfigureOptions,
  env: NodeJS.ProcessEnv,
  { out, err }: Output,
): Promise<number> {
  if (region !== undefined && !/^[\w-]{1,64}$/.test(region))
    throw new Error(`\`${region}\` is no name of a region`)
  const signIns = new KeptSignIns(env)
  const about = await withAccess(signIns, endpoint, (token) => describeSignIn(endpoint, token))
  const named = env.AWS_CONFIG_FILE || join(homedir(), '.aws', 'config')
  // People keep the file elsewhere and link to it: the link stays.
  const file = await realpath(named).catch(() => named)
  const { names, leftOut } = await signIns.exclusively(`configure ${file}`, async () => {
    // Bytes, whatever they mean: others wrote them.
    const before = await readFile(file, 'latin1').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return ''
      throw error
    })
    const asked = { endpoint, prefix, region: region ?? about.region, roles: about.roles }
    const profiles = withProfiles(before, asked)
    if (profiles.text !== before) await replace(file, profiles.text)
    return profiles
  })
  for (const line of leftOut) err(`left out: ${line}`)
  if (names.length === 0) err('you have no role that a profile could be written for')
  else out(`${names.length === 1 ? '1 profile' : `${names.length} profiles`} in ${file}:`)
  for (const name of names) out(`  ${name}`)
  if (names[0] !== undefined) out(`try: aws --profile ${names[0]} sts get-caller-identity`)
  return 0
}

/** Whoever reads the file meanwhile sees the old one or the new one. */
async function replace(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const mode = await stat(file).then(
    (found) => found.mode & 0o777,
    () => 0o600,
  )
  const next = `${file}.gatehouse-${process.pid}`
  try {
    await writeFile(next, text, { mode, flag: 'wx', encoding: 'latin1' })
    await rename(next, file)
  } finally {
    await rm(next, { force: true })
  }
}
