import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { Documents } from '../store/store.ts'
import { differences, type Fingerprint } from './fingerprint.ts'

export interface FellowPorts {
  readonly documents: Documents
  /** Nobody but nodes shall read the digests, of which some are of short secrets. */
  readonly sealing: {
    seal(text: string): string
    /** Undefined: not ours. */
    open(sealed: string): string | undefined
  }
  /** Unique among nodes. */
  readonly id: string
  /** For people: host and process. */
  readonly name: string
  readonly fingerprint: () => Fingerprint
  readonly clock: Clock
  readonly log: Log
}

export interface Fellows extends AsyncDisposable {
  /** Publishes this node, and compares it with the others. Never rejects. */
  look(): Promise<void>
  /** What an operator should know of them. */
  remark(): string | undefined
  figures(): { readonly nodes: number; readonly differing: number }
}

/** What a node says of itself. */
interface Said {
  readonly name: string
  /** Grows with each look: a node whose number stands still is gone, whatever its clock says. */
  readonly beat: number
  /** By its clock, in milliseconds. */
  readonly at: number
  readonly fingerprint: Fingerprint
}
interface Seen {
  readonly said: Said
  /** By this node's monotonic clock. */
  readonly changedAt: number
  /** Looks in a row that found differences: in the course of a reload there are some. */
  readonly looks: number
  readonly sections: readonly string[]
  readonly aheadMs: number
}

const documentName = 'nodes'
const lookEveryMs = 15_000
/** A node that said nothing for so long is gone. */
const goneMs = 4 * lookEveryMs
const mostNodes = 200
/** So many looks with differences are worth a line. */
const looksToTell = 2
const toldSkewMs = 30_000

/**
 * Knows the other nodes on the same store: each says every 15 s what its settings and its clock
 * are. Nodes that differ go on; operators are told.
 */
export function openFellows(ports: FellowPorts): Fellows {
  const fellows = new Map<string, Seen>()
  const told = new Set<string>()
  let beat = 0
  let looking: Promise<void> = Promise.resolve()
  const look = () => {
    looking = looking.then(async () => {
      try {
        const others = await publish(ports, ++beat, fellows)
        notice(ports, fellows, others)
        tell(ports, fellows, told)
      } catch {
        // The store's own checks report it.
      }
    })
    return looking
  }
  const timer = setInterval(look, lookEveryMs).unref()
  const differing = () => [...fellows.values()].filter(isTold)
  return {
    look,
    figures: () => ({ nodes: fellows.size + 1, differing: differing().length }),
    remark() {
      const remarks = differing().map(({ said, sections, aheadMs }) => {
        const clock = isSkewed(aheadMs) ? [`its clock (${seconds(aheadMs)} s ahead)`] : []
        return `${said.name} differs in ${[...sections, ...clock].join(', ')}`
      })
      return remarks.length === 0 ? undefined : remarks.slice(0, 5).join('; ')
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await looking
      await publish(ports, undefined, fellows).catch(() => undefined)
    },
  }
}

const isSkewed = (aheadMs: number) => Math.abs(aheadMs) >= toldSkewMs
const seconds = (ms: number) => Math.round(ms / 1000)
const isTold = ({ looks, aheadMs }: Seen) => looks >= looksToTell || isSkewed(aheadMs)

/**
 * Writes what this node says of itself, nothing once it ends, without the nodes that are gone.
 * Answers what the others say.
 */
async function publish(
  { documents, sealing, id, name, fingerprint, clock }: FellowPorts,
  beat: number | undefined,
  fellows: ReadonlyMap<string, Seen>,
): Promise<ReadonlyMap<string, Said>> {
  const now = performance.now()
  for (let tries = 0; tries < 20; tries++) {
    const found = await documents.read(documentName)
    const others = new Map<string, Said>()
    for (const [other, said] of Object.entries(read(found && sealing.open(found.text)))) {
      const seen = fellows.get(other)
      const isGone = seen?.said.beat === said.beat && now - seen.changedAt > goneMs
      if (other !== id && !isGone && others.size < mostNodes) others.set(other, said)
    }
    const own = { name, beat, at: clock.now().getTime(), fingerprint: fingerprint() }
    const all = { ...Object.fromEntries(others), ...(beat !== undefined && { [id]: own }) }
    const text = sealing.seal(JSON.stringify(all))
    if (await documents.write(documentName, text, found?.revision ?? 0)) return others
  }
  throw new Error('the nodes write too often')
}

function read(text: string | undefined): Readonly<Record<string, Said>> {
  return text === undefined ? {} : (JSON.parse(text) as Record<string, Said>)
}

function notice(
  { fingerprint, clock }: FellowPorts,
  fellows: Map<string, Seen>,
  others: ReadonlyMap<string, Said>,
): void {
  const mine = fingerprint()
  for (const id of fellows.keys()) if (!others.has(id)) fellows.delete(id)
  for (const [id, said] of others) {
    const before = fellows.get(id)
    const isNews = before?.said.beat !== said.beat
    const sections = differences(mine, said.fingerprint)
    fellows.set(id, {
      said,
      sections,
      changedAt: isNews || !before ? performance.now() : before.changedAt,
      looks: sections.length > 0 ? (before?.looks ?? 0) + 1 : 0,
      aheadMs: isNews && before ? aheadOf(said.at, clock.now().getTime()) : (before?.aheadMs ?? 0),
    })
  }
}

/** News are up to two looks old: so much behind is no skew. */
function aheadOf(at: number, now: number): number {
  return at > now ? at - now : Math.min(0, at - now + 2 * lookEveryMs)
}

function tell({ log }: FellowPorts, fellows: ReadonlyMap<string, Seen>, told: Set<string>): void {
  for (const [id, seen] of fellows) {
    if (!isTold(seen)) {
      told.delete(id)
      continue
    }
    if (told.has(id)) continue
    told.add(id)
    const { said, sections, aheadMs } = seen
    const skew = isSkewed(aheadMs) && { secondsAhead: seconds(aheadMs) }
    log('nodes-differ', { node: said.name, sections, ...skew })
  }
  for (const id of told) if (!fellows.has(id)) told.delete(id)
}
