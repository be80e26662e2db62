import { z } from 'zod'
import type { Configuration } from '../../config/load.ts'
import type { Environment } from '../../config/references.ts'
import { systemClock } from '../../kernel/clock.ts'
import { compareAccess } from '../../sign-in/compare-access.ts'
import { recentSignIns } from '../../sign-in/recent-sign-ins.ts'
import type { Output } from '../check.ts'
import { storeExists } from '../existing-store.ts'
import { fitSettings } from '../fit-settings.ts'
import { compareCalls } from './calls.ts'
import { recordedCalls } from './recorded.ts'
import { type PersonTold, type ReplayTold, report } from './report.ts'
import { openVersions, type Versions } from './versions.ts'

export interface ReplayAsked {
  /** Path of the settings in force. */
  readonly config: string
  /** Path of the edited settings. */
  readonly with: string
  /** Whole days back. */
  readonly days: string
  /** The address that people are taken to sign in from. */
  readonly sourceIp: string
  readonly json?: boolean | undefined
}

const dayMs = 86_400_000
const mostDays = 400

/**
 * `gatehouse replay --with FILE`: judges everybody who signed in lately by the settings in force
 * and by edited ones, and prints who would gain, lose or have changed which roles and apps. Reads
 * a copy of the store; changes nothing. Exit codes: 0 nobody, 2 somebody, 1 a file is wrong.
 */
export async function replay(
  asked: ReplayAsked,
  env: Environment,
  output: Output,
): Promise<number> {
  const { err } = output
  const days = Number(asked.days)
  if (!Number.isInteger(days) || days < 1 || days > mostDays) {
    err(`\`${asked.days}\` is no number of days: 1 to ${mostDays}`)
    return 1
  }
  if (!z.union([z.ipv4(), z.ipv6()]).safeParse(asked.sourceIp).success) {
    err(`\`${asked.sourceIp}\` is no IP address`)
    return 1
  }
  const current = await fitSettings(asked.config, env, output)
  const edited = current && (await fitSettings(asked.with, env, output))
  if (!current || !edited) return 1
  const { sqlite } = current.settings.store
  if (sqlite !== undefined && !storeExists(sqlite, output)) return 1
  await using opened = await openVersions([current, edited], env)
  const told = await judge(opened, current, { ...asked, days })
  if (asked.json) output.out(JSON.stringify(told, null, 2))
  else report(told, output)
  return told.differing.length + told.calls.differences.length === 0 ? 0 : 2
}

async function judge(
  { versions, ring }: Versions,
  { settings }: Configuration,
  { days, sourceIp }: { readonly days: number; readonly sourceIp: string },
): Promise<ReplayTold> {
  const since = new Date(systemClock.now().getTime() - days * dayMs)
  const { region } = settings
  const from = { sourceAddress: sourceIp, userAgent: 'gatehouse replay', secure: true, region }
  const differing: PersonTold[] = []
  let people = 0
  for await (const { at, identity } of recentSignIns(versions[0].store.reads, ring, { since })) {
    people += 1
    const differences = await compareAccess(identity, versions, from)
    if (differences.length === 0) continue
    const { connector, username, subject } = identity
    differing.push({ connector, username, subject, signedInAt: at.toISOString(), differences })
  }
  const calls = await compareCalls(recordedCalls(settings.audit.file, since), versions, ring)
  return { since: since.toISOString(), people, differing, calls }
}
