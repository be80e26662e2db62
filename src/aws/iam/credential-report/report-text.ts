import { setImmediate } from 'node:timers/promises'
import { iamArn, rootArn } from '../../../kernel/arn.ts'
import type { KeyUses } from '../../../sessions/key-uses.ts'
import { passwordExpiry } from '../../../sessions/password-policy.ts'
import type { AccountRecord, UserRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import { keysOfUser } from '../access-keys/keys-of-user.ts'
import { profileOf } from '../login-profiles/login-profile.ts'
import { devicesOfUser } from '../mfa-devices/mfa-device.ts'
import { ownedBy, ownerId } from '../owned-by-user.ts'

/** IAM user guide, "Understanding the report format". */
const columns = [
  'user',
  'arn',
  'user_creation_time',
  'password_enabled',
  'password_last_used',
  'password_last_changed',
  'password_next_rotation',
  'mfa_active',
  'access_key_1_active',
  'access_key_1_last_rotated',
  'access_key_1_last_used_date',
  'access_key_1_last_used_region',
  'access_key_1_last_used_service',
  'access_key_2_active',
  'access_key_2_last_rotated',
  'access_key_2_last_used_date',
  'access_key_2_last_used_region',
  'access_key_2_last_used_service',
  'cert_1_active',
  'cert_1_last_rotated',
  'cert_2_active',
  'cert_2_last_rotated',
] as const

/** Keys and certificates that have columns of their own. */
const told = 2
/** The users read per turn of the event loop. */
const batch = 50
const none = 'N/A'

export interface ReportPorts {
  readonly reads: Reads
  readonly keyUses: Pick<KeyUses, 'find'>
}
export interface ReportOf {
  readonly account: string
  readonly partition: string
  readonly now: Date
}

/** The credential report of an account: one line for the root and one for each user, by name. */
export async function reportText(of: ReportOf, ports: ReportPorts): Promise<string> {
  const { account } = of
  const { reads } = ports
  const record = await reads.find('account', account, 'account')
  const lines = [columns.join(','), await rootLine(of, record, ports)]
  for (let after = ''; ; ) {
    const rows = await reads.list('user', account, { limit: batch, after })
    for (const row of rows) lines.push(await userLine(row.record, of, record, ports))
    if (rows.length < batch) return lines.join('\n')
    after = rows.at(-1)!.key
    await setImmediate()
  }
}

async function rootLine(
  { account, partition, now }: ReportOf,
  record: AccountRecord | undefined,
  ports: ReportPorts,
): Promise<string> {
  const password = await ports.reads.find('loginProfile', account, account)
  return [
    '<root_account>',
    rootArn(partition, account),
    instant(record?.createdAt ?? now.toISOString()),
    'not_supported',
    password?.lastUsedAt === undefined ? 'no_information' : instant(password.lastUsedAt),
    'not_supported',
    'not_supported',
    String((await devicesOfUser(ports.reads, account, undefined)).length > 0),
    ...(await keyFields(account, undefined, ports)),
    ...(await certificateFields(account, ownerId(undefined, account), ports)),
  ].join(',')
}

async function userLine(
  user: UserRecord,
  { account, partition }: ReportOf,
  record: AccountRecord | undefined,
  ports: ReportPorts,
): Promise<string> {
  const { name, path, createdAt, id } = user
  return [
    name,
    iamArn({ partition, account }, 'user', name, path),
    instant(createdAt),
    ...(await passwordFields(user, record, ports)),
    String((await devicesOfUser(ports.reads, account, name)).length > 0),
    ...(await keyFields(account, name, ports)),
    ...(await certificateFields(account, id, ports)),
  ]
    .map(quoted)
    .join(',')
}

async function passwordFields(
  user: UserRecord,
  record: AccountRecord | undefined,
  { reads }: ReportPorts,
): Promise<readonly string[]> {
  const profile = await profileOf(user, reads)
  if (!profile) return ['false', none, none, none]
  const ends = passwordExpiry(profile, record?.passwordPolicy)
  return [
    'true',
    profile.lastUsedAt === undefined ? 'no_information' : instant(profile.lastUsedAt),
    instant(profile.changedAt),
    ends ? instant(ends.toISOString()) : none,
  ]
}

async function keyFields(
  account: string,
  userName: string | undefined,
  { reads, keyUses }: ReportPorts,
): Promise<readonly string[]> {
  const keys = (await keysOfUser(reads, account, userName)).slice(0, told)
  const fields = await Promise.all(
    keys.map(async ({ accessKeyId, status, createdAt }) => {
      const use = await keyUses.find(accessKeyId)
      return [
        String(status === 'Active'),
        instant(createdAt),
        use ? instant(use.at.toISOString()) : none,
        use?.region ?? none,
        use?.service ?? none,
      ]
    }),
  )
  return padded(fields, ['false', none, none, none, none])
}

async function certificateFields(
  account: string,
  owner: string,
  { reads }: ReportPorts,
): Promise<readonly string[]> {
  const certificates = await ownedBy(reads, 'signingCertificate', account, owner)
  const fields = certificates
    .slice(0, told)
    .map(({ status, createdAt }) => [String(status === 'Active'), instant(createdAt)])
  return padded(fields, ['false', none])
}

function padded(
  fields: readonly (readonly string[])[],
  absent: readonly string[],
): readonly string[] {
  return Array.from({ length: told }, (_, at) => fields[at] ?? absent).flat()
}

/** `2026-03-04T05:06:07+00:00` */
function instant(at: string): string {
  return `${at.slice(0, 19)}+00:00`
}

/**
 * RFC 4180. Names may hold commas, and a name that a spreadsheet would take for a formula (`=`,
 * `+`, `-`, `@`) is what it is: whoever opens the report has to import it as text.
 */
function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field
}
