import { linkTo, weekOf } from '../store/links.ts'
import {
  type RevocationRecord,
  type RevocationScope,
  revokedByCheck,
  revokedByPerson,
} from '../store/records.ts'
import type { Listed, Reads, Writes } from '../store/store.ts'
import { accountOf, everyAccount, revocationName as name, targetForms } from './revocation-names.ts'

/**
 * A revocation: ends the sessions of `account` that `scope` and `target` name and that were issued
 * at `before` or earlier.
 */
export interface Revocation {
  /** 12 digits; `*` for every account. */
  readonly account: string
  readonly scope: RevocationScope
  /** See `targetForms`. Empty for `everything`. */
  readonly target: string
  /** The unique id that the target of scope `user` is, where that is known. */
  readonly userId?: string | undefined
  readonly before: Date
  /**
   * For scope `session`: ends it whenever it was issued. There is one session of a name, and the
   * node that issued it may have a clock ahead of ours.
   */
  readonly whenever?: boolean
  /** Who revoked: an ARN, or `command`. */
  readonly by: string
}

/** There is no room for one more revocation. The message is for the caller. */
export class TooManyRevocations extends RangeError {}

/** Longer than any session or portal sign-in lasts. */
const keepMs = 8 * 86_400_000
/** The most revocations of an account at once; `everything` is always accepted. */
const mostRevocations = 100_000
/**
 * The most people who may have signed out everywhere or were lost to a check, counted apart, so
 * that they leave operators room for theirs.
 */
const mostOwnRevocations = 100_000
/** At most so many are removed by one write when their time has passed. */
const removedAtOnce = 200
/** So far back are revocations searched for whose time has passed; what is older stays. */
const weeksSwept = 60
const isAutomatic = (by: string): boolean => by === revokedByPerson || by === revokedByCheck

/**
 * Writes a revocation in the open transaction, and deletes those that no valid session can match.
 * Takes effect at the commit, for every process of the store. Throws RangeError with a sentence for
 * the caller when the target does not have the form of the scope, TooManyRevocations when there is
 * no room.
 */
export async function revoke(
  writes: Writes,
  { account, scope, target, userId: known, before, whenever = false, by }: Revocation,
  now: Date,
): Promise<RevocationRecord> {
  const { pattern, form } = targetForms[scope]
  if (!pattern.test(target)) throw new RangeError(`a revocation of scope ${scope} takes ${form}`)
  const userId = scope === 'user' ? (known ?? (await idOfUser(writes, account, target))) : undefined
  const key = name(account, scope, userId ?? target)
  await removePassed(writes, account, now)
  const same = await writes.find('revocation', account, key)
  if (!same) await refuseTooMany(writes, { account, scope, by })
  const latest =
    same && Date.parse(same.before) > before.getTime() ? same.before : before.toISOString()
  const record: RevocationRecord = {
    account,
    scope,
    target,
    userId,
    before: latest,
    ...(scope === 'session' && (whenever || same?.whenever) && { whenever: true }),
    expiresAt: new Date(Date.parse(latest) + keepMs).toISOString(),
    by,
    createdAt: now.toISOString(),
    managedBy: 'api',
  }
  if (!(await writes.insert('revocation', account, key, record)))
    await writes.update('revocation', account, key, record)
  return record
}

/**
 * Removes some of those that no session can match any more, found by the week of their end. Returns
 * how many.
 */
export async function removePassed(writes: Writes, account: string, now: Date): Promise<number> {
  const week = weekOf(now)
  let removed = 0
  for (let passed = week - weeksSwept; passed < week; passed++) {
    const target = linkTo.week(passed)
    if ((await writes.countLinked('revocation', account, target)) === 0) continue
    const rows = await writes.linked('revocation', account, target, { limit: removedAtOnce })
    for (const { key } of rows) await writes.remove('revocation', account, key)
    removed += rows.length
  }
  return removed
}

async function refuseTooMany(
  reads: Pick<Reads, 'count' | 'countLinked'>,
  { account, scope, by }: Pick<Revocation, 'account' | 'scope' | 'by'>,
): Promise<void> {
  const own = await reads.countLinked('revocation', account, linkTo.automatic())
  if (isAutomatic(by)) {
    if (own >= mostOwnRevocations)
      throw new TooManyRevocations('too many people signed out everywhere')
    return
  }
  const declared = (await reads.count('revocation', account)) - own
  if (scope !== 'everything' && declared >= mostRevocations)
    throw new TooManyRevocations(
      `there are ${mostRevocations} revocations of this account already: revoke everything`,
    )
}

/**
 * Finds the user's unique id by current name or by the id itself. Sessions of a user contain the
 * id, so renaming the user does not matter. The account's own number is its root.
 */
async function idOfUser(
  reads: Pick<Reads, 'find'>,
  account: string,
  target: string,
): Promise<string> {
  const found = await reads.find('user', account, target.toLowerCase())
  if (!found && target !== account && !/^AIDA[A-Z2-7]{16,17}$/.test(target))
    throw new RangeError(
      `no user \`${target}\` in this account: name one that is there, or give the unique id ` +
        '(AIDA…) of one that is gone',
    )
  return found?.id ?? target
}

/** One page of revocations; `next` is the last key of a page that others follow. */
export interface RevocationPage {
  readonly revocations: readonly RevocationRecord[]
  readonly next: string | undefined
}

export interface RevocationsAsked {
  readonly now: Date
  /** `next` of the page before. */
  readonly after?: string | undefined
  readonly limit: number
}

/**
 * The revocations of an account and then those of all accounts, each ordered by name, without those
 * of people who signed out everywhere and of what has passed.
 */
export async function revocationsOf(
  reads: Pick<Reads, 'linked'>,
  account: string,
  { now, after, limit }: RevocationsAsked,
): Promise<RevocationPage> {
  const isOfAll = after !== undefined && accountOf(after) === everyAccount
  const found: Listed<RevocationRecord>[] = []
  for (const of of isOfAll ? [everyAccount] : [account, everyAccount]) {
    const page = {
      limit: limit + 1 - found.length,
      ...(after !== undefined && accountOf(after) === of && { after }),
    }
    if (page.limit > 0) found.push(...(await reads.linked('revocation', of, linkTo.listed(), page)))
  }
  const told = found.slice(0, limit)
  return {
    revocations: told
      .map(({ record }) => record)
      .filter(({ expiresAt }) => Date.parse(expiresAt) > now.getTime()),
    next: found.length > limit ? told.at(-1)?.key : undefined,
  }
}
