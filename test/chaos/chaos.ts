import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { randomFrom } from '../kills/random.ts'
import { growingTrail } from '../kills/trail.ts'
import { type Chaos, type ChaosFigures, clients } from './clients.ts'
import { faultsOf } from './faults.ts'
import { type ChaosNode, nodeName, openNodes } from './nodes.ts'
import { openServers, type TopologyName } from './servers.ts'
import { chaosSettings } from './settings.ts'
import { type Sample, sampled } from './soak.ts'
import { createStaleness } from './staleness.ts'
import { createHistories } from './users.ts'

export interface ChaosOptions {
  readonly seed: number
  readonly forMs: number
  readonly topology: TopologyName
  /** So many faults, whatever time they take; absent: as many as there is time for. */
  readonly faultCount?: number
  /** These, each in its turn; absent: any. */
  readonly only?: readonly string[]
  readonly pauseMs?: number
  /** Called with each fault as it begins, and every ten seconds with the figures. */
  readonly tell?: (what: string) => void
  /** Takes memory and descriptors of each node, every ten seconds. */
  readonly sample?: (sample: Sample) => void
}

export interface Found {
  readonly figures: ChaosFigures
  readonly faults: number
  /** Users whose history was checked. */
  readonly histories: number
  readonly findings: readonly string[]
}

const nodeCount = 3
/** Room for the trails of an hour. */
const diskMib = 768
/** How much longer it goes on until each kind of thing was done: a machine may be busy. */
const latestMs = 120_000
const tellEveryMs = 10_000
/** The lines of a node that was killed are taken by another one after twenty seconds at most. */
const trailPatienceMs = 60_000

/**
 * Lets clients sign in, mint, call and administrate against three nodes while faults come and go,
 * and afterwards holds what was answered to what must be: every acknowledged write has its record
 * in a trail, each user's history is linearizable, revocations held within their bound, no one-time
 * token was served twice, nobody saw another's session. The seed gives faults and calls, the
 * machine's timing how they meet.
 */
export async function chaos(options: ChaosOptions): Promise<Found> {
  const { seed, forMs, topology, tell = () => undefined, faultCount, only } = options
  await using undo = new AsyncDisposableStack()
  const names = Array.from({ length: nodeCount }, (_, at) => nodeName(at))
  const servers = undo.use(await openServers(topology, names))
  const settings = await chaosSettings()
  const site = undo.use(
    await openNodes(nodeCount, {
      rest: (folder, name) => `${servers.settings(folder, name)}\n${settings}`,
      diskMib,
    }),
  )
  const figures: ChaosFigures = {
    ...{ writes: 0, reads: 0, lost: 0, signIns: 0, visits: 0, mints: 0, calls: 0 },
    ...{ revocations: 0, refusedAfter: 0, oneTimeTokens: 0, redeemed: 0 },
    refusedReplays: 0,
  }
  const findings: string[] = []
  const wrong = (what: string) => void findings.push(what)
  const histories = createHistories((name, operations) =>
    wrong(`no order explains ${name}: ${JSON.stringify(operations)}`),
  )
  const until = performance.now() + forMs
  const staleness = createStaleness(servers.staleMs, servers.cutOffMs)
  let [broken, forgotten] = [0, 0]
  const hasAll = () =>
    Object.entries(figures).every(([name, count]) => count > 0 || name === 'lost')
  const over = () => {
    const now = performance.now()
    const isDone = now > until && broken >= (faultCount ?? 0) && hasAll()
    return findings.length > 0 || now > until + latestMs || isDone
  }
  const all: Chaos = {
    ...{ nodes: site.nodes, histories, staleMs: servers.staleMs, figures, wrong, over },
    ...{ staleness, forgotten: () => forgotten },
    ...{ random: randomFrom(seed), pauseMs: options.pauseMs ?? 5, due: new Map() },
  }
  const watching = watch(site.nodes, all, options)
  // An error must not end the process: servers and disks of the run would outlive it.
  const broke = (error: Error) => wrong(`a client of the test ended: ${error.stack}`)
  const working = Promise.all(clients.map((client, number) => client(all, number).catch(broke)))
  const forgets = () => void forgotten++
  const faults = faultsOf({
    ...{ site, servers, staleness, forgets, tell },
    random: randomFrom(seed + 1),
  })
  const random = randomFrom(seed + 2)
  while (!over() && broken < (faultCount ?? Infinity)) {
    await pause(200 + random.below(800))
    const name = only ? only[broken % only.length]! : random.of(Object.keys(faults))
    tell(name)
    const happen = faults[name]
    if (!happen) wrong(`no fault \`${name}\` here, only: ${Object.keys(faults).join('; ')}`)
    else await happen().catch((error: Error) => wrong(`${name}: ${error.stack}`))
    broken++
  }
  await working
  await watching
  histories.finish()
  await untilTold(site.nodes, all)
  return { figures, faults: broken, histories: histories.checked, findings }
}

async function watch(
  nodes: readonly ChaosNode[],
  { over, figures }: Chaos,
  { tell, sample }: ChaosOptions,
): Promise<void> {
  for (let toldAt = performance.now(); !over(); await pause(100)) {
    if (performance.now() - toldAt < tellEveryMs) continue
    toldAt = performance.now()
    tell?.(JSON.stringify(figures))
    for (const node of nodes) sample?.(await sampled(node))
  }
}

async function endsWithLine(trail: string): Promise<boolean> {
  const text = await readFile(trail, 'utf8')
  return text === '' || text.endsWith('\n')
}

/** Waits for the records of all acknowledged writes, over the trails of all nodes. */
async function untilTold(nodes: readonly ChaosNode[], { due, wrong }: Chaos): Promise<void> {
  const trails = nodes.map(({ trail }) => growingTrail(trail))
  const until = performance.now() + trailPatienceMs
  while (due.size > 0 && performance.now() < until) {
    for (const trail of trails)
      for (const { requestID } of await trail.fresh()) due.delete(requestID)
    await pause(50)
  }
  for (const [id, what] of due) wrong(`no trail tells of ${what} (${id})`)
  for (const { trail } of nodes) {
    // A node that runs may be writing its last line.
    while (!(await endsWithLine(trail)) && performance.now() < until) await pause(50)
    if (!(await endsWithLine(trail))) wrong(`${trail} ends within a line`)
  }
}
