import type { Ids } from '../../../kernel/ids.ts'
import type { Ephemeral } from '../../../store/ephemeral.ts'
import type { Call } from '../../operation.ts'

/** What a report is of. It is made when it is told, so that a job is small. */
export interface Job {
  readonly arn: string
  readonly granularity: 'SERVICE_LEVEL' | 'ACTION_LEVEL'
  readonly createdAt: string
}
type Kept = Job & { readonly id: string }

export interface JobPorts {
  readonly ids: Pick<Ids, 'uuid'>
  readonly ephemeral: Pick<Ephemeral, 'count' | 'put' | 'get'>
}

/** IAM user guide: a report can be had for seven days. */
const keptForSeconds = 7 * 86_400
/** Of an account. The next job takes the place of the oldest. */
const mostJobs = 1000

/** Keeps a job and returns its id, of which the last three digits are its place. */
export async function keepJob(
  job: Job,
  { account, now }: Pick<Call<never>, 'account' | 'now'>,
  { ids, ephemeral }: JobPorts,
): Promise<string> {
  const { count } = await ephemeral.count('last-access', `jobs/${account}`, keptForSeconds)
  const place = (count % mostJobs).toString(16).padStart(3, '0')
  const id = `${ids.uuid().slice(0, -3)}${place}`
  const until = new Date(now.getTime() + keptForSeconds * 1000)
  const kept: Kept = { ...job, id }
  await ephemeral.put('last-access', keyOf(account, place), JSON.stringify(kept), until)
  return id
}

/** Throws NoSuchEntity for a job that was never begun here, or is forgotten. */
export async function existingJob(
  id: string,
  { account, fault }: Pick<Call<'NoSuchEntity'>, 'account' | 'fault'>,
  { ephemeral }: Pick<JobPorts, 'ephemeral'>,
): Promise<Job> {
  const place = /[0-9a-f]{3}$/.exec(id)?.[0]
  const text =
    place === undefined ? undefined : await ephemeral.get('last-access', keyOf(account, place))
  const kept = text === undefined ? undefined : (JSON.parse(text) as Kept)
  if (kept?.id !== id)
    throw fault('NoSuchEntity', `The job with id ${id.slice(0, 36)} cannot be found.`)
  return kept
}

const keyOf = (account: string, place: string) => `job/${account}/${place}`
