import { type Connector, takesPasswords } from '../../connectors/connector.ts'
import { isUnjudged, type KeptForRecheck, type Recheck } from '../../connectors/recheck.ts'
import type { Identity } from '../../kernel/identity.ts'
import type { Log } from '../../kernel/log.ts'
import { SignInFault } from '../../kernel/sign-in-fault.ts'
import type { Revocations } from '../../sessions/revocations.ts'
import { inTime } from '../in-time.ts'
import { type EventPorts, identityChain, type Origin, recordSignIn } from '../sign-in-event.ts'
import type { CountRecheck } from './figures.ts'
import type { openPlaces } from './places.ts'
import type { RecheckRecord, RecheckRecords, Standing } from './record.ts'

export interface CheckPorts extends EventPorts {
  readonly revocations: Pick<Revocations, 'endLostPerson'>
  readonly records: RecheckRecords
  readonly places: (connector: string) => ReturnType<typeof openPlaces>
  /** Connectors that gave no answer last: told once, not for every person. */
  readonly away: WeakSet<Connector>
  readonly count: CountRecheck
  readonly log: Log
  /** The time limit of one check. */
  readonly checkTimeoutMs: number
}

export interface Checking {
  readonly key: string
  readonly record: RecheckRecord
  readonly connector: Connector
  readonly recheck: Recheck
  readonly origin: Origin
}

/** Asks once, and writes down what comes of it. The caller holds the claim of the sign-in. */
export async function checkNow(ports: CheckPorts, checking: Checking): Promise<Standing> {
  const { clock, records, count } = ports
  const { key, record, connector, recheck } = checking
  const begun = performance.now()
  const seconds = () => (performance.now() - begun) / 1000
  const found = await asked(ports, checking)
  const now = clock.now()
  if (found.fault && isUnjudged(found.fault)) {
    const { everySeconds, awaySeconds } = recheck.settings
    const late = (now.getTime() - record.checkedAt.getTime()) / 1000 - everySeconds
    tellAway(ports, connector, found.fault)
    if (late >= awaySeconds) {
      count(connector.id, 'unconfirmed', seconds())
      const detail = `not confirmed for too long: ${found.fault.detail}`
      return end(ports, checking, new SignInFault('sign-in-unconfirmed', detail))
    }
    count(connector.id, 'unanswered', seconds())
    const latest = (await records.read(key)) ?? record
    await records.write(key, { ...latest, triedAt: now })
    return { identity: record.identity }
  }
  tellBack(ports, connector)
  if (found.fault) {
    count(connector.id, 'refused', seconds())
    if (recheck.settings.revokeSessions) await revoke(ports, checking)
    return end(ports, checking, found.fault)
  }
  const { identity } = found
  const change = groupChange(record.identity, identity)
  count(connector.id, change ? 'changed' : 'same', seconds())
  if (change) recordChange(ports, checking, identity, change)
  const { secret } = (await records.read(key)) ?? record
  const isThere = await records.write(key, { identity, checkedAt: now, secret })
  return isThere ? { identity } : { ended: 'sign-in-unconfirmed' }
}

type Asked =
  | { readonly identity: Identity; readonly fault?: undefined }
  | { readonly fault: SignInFault }

async function asked(ports: CheckPorts, checking: Checking): Promise<Asked> {
  const { places, checkTimeoutMs } = ports
  const { record, connector, recheck } = checking
  const code = takesPasswords(connector) ? 'directory-unavailable' : 'provider-unavailable'
  const late = () => new SignInFault(code, `connector ${connector.id} gave no answer in time`)
  try {
    const identity = await inTime(
      (signal) =>
        places(connector.id)(signal, () =>
          recheck.check(record.identity, keptFor(ports, checking, signal)),
        ),
      checkTimeoutMs,
      late,
    )
    const { connector: named, subject, authenticatedAt, recheckKey, signIn } = record.identity
    const isSame = identity.connector === named && identity.subject === subject
    if (!isSame) return { fault: new SignInFault('sign-in-withdrawn', 'it is another person now') }
    return { identity: { ...identity, authenticatedAt, recheckKey, signIn } }
  } catch (error) {
    if (error instanceof SignInFault) return { fault: error }
    throw error
  }
}

function keptFor(
  { records }: Pick<CheckPorts, 'records'>,
  { key, record }: Checking,
  signal: AbortSignal,
): KeptForRecheck {
  let sealed = record.secret
  return {
    secret: sealed === undefined ? undefined : records.unseal(sealed),
    signal,
    async keep(secret) {
      const latest = await records.read(key)
      // One that comes too late must not replace a newer one.
      if (!latest || latest.ended !== undefined || latest.secret !== sealed) return
      sealed = records.seal(secret)
      await records.write(key, { ...latest, secret: sealed })
    },
  }
}

/** Ends the sign-in: what was kept for checks goes, the reason stays until the sign-in is over. */
async function end(
  ports: CheckPorts,
  { key, record, origin }: Checking,
  fault: SignInFault,
): Promise<Standing> {
  const { identity, checkedAt } = record
  const { code, detail, row } = fault
  await ports.records.write(key, { identity, checkedAt, ended: code })
  const reference = ports.ids.reference()
  recordSignIn(ports, {
    name: 'SignInRecheck',
    origin,
    identity,
    chain: { ...identityChain(identity), reference, detail },
    error: { code, message: row.title },
  })
  return { ended: code }
}

async function revoke(ports: CheckPorts, { record, connector }: Checking): Promise<void> {
  try {
    await ports.revocations.endLostPerson(record.identity, ports.clock.now())
  } catch (error) {
    // Too many revocations: the sign-in has to end all the same.
    if (!(error instanceof RangeError)) throw error
    ports.log('recheck-unrevoked', { connector: connector.id, reason: error.message })
  }
}

interface GroupChange {
  readonly lost: readonly string[]
  readonly gained: readonly string[]
}

/** The most names of each kind in an event. */
const mostNames = 50

function groupChange(before: Identity, now: Identity): GroupChange | undefined {
  const [had, has] = [new Set(before.groups), new Set(now.groups)]
  const lost = [...had].filter((one) => !has.has(one)).slice(0, mostNames)
  const gained = [...has].filter((one) => !had.has(one)).slice(0, mostNames)
  return lost.length + gained.length === 0 ? undefined : { lost, gained }
}

function recordChange(
  ports: CheckPorts,
  { origin }: Checking,
  identity: Identity,
  groups: GroupChange,
): void {
  const chain = identityChain(identity)
  recordSignIn(ports, { name: 'SignInRecheck', origin, identity, chain, request: { groups } })
}

function tellAway({ away, log }: CheckPorts, connector: Connector, { detail }: SignInFault): void {
  if (away.has(connector)) return
  away.add(connector)
  log('recheck-unanswered', { connector: connector.id, reason: detail })
}

function tellBack({ away, log }: CheckPorts, connector: Connector): void {
  if (away.delete(connector)) log('recheck-answered', { connector: connector.id })
}
