import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import type { Random } from '../kills/random.ts'
import type { Relay } from '../peers/relay.ts'
import type { ChaosNode, Site } from './nodes.ts'
import type { Servers, Ways } from './servers.ts'
import type { Staleness } from './staleness.ts'

/** What goes wrong, by name: each ends with all mended. */
type Faults = Readonly<Record<string, () => Promise<void>>>

export interface FaultPorts {
  readonly site: Site
  readonly servers: Servers
  readonly random: Random
  /** Told when nodes can't learn what the others do. */
  readonly staleness: Staleness
  readonly tell: (what: string) => void
  /** Called before Redis is emptied, or starts empty. */
  readonly forgets: () => void
}

export function faultsOf(ports: FaultPorts): Faults {
  const { servers } = ports
  return {
    ...nodeFaults(ports),
    ...clockFaults(ports),
    ...diskFaults(ports),
    ...(servers.redis && redisFaults(ports, servers.redis)),
    ...(servers.postgres ? postgresFaults(ports, servers.postgres) : fileFaults(ports)),
    ...(servers.postgres && cutFaults(ports)),
  }
}

const whileOf = (random: Random) => () => pause(300 + random.below(1700))

function nodeFaults({ site, random, staleness }: FaultPorts): Faults {
  const node = (): ChaosNode => random.of(site.nodes)
  const while_ = whileOf(random)
  return {
    'a node is killed': async () => {
      const one = node()
      await one.kill()
      await pause(random.below(500))
      await one.start()
    },
    'a node is stopped': async () => {
      const one = node()
      await one.stop()
      await one.start()
    },
    'a node is frozen': async () => {
      const one = node()
      staleness.begin([one])
      await one.freeze()
      await while_()
      one.thaw()
      staleness.end([one])
    },
  }
}

/** Signatures stand 15 minutes, sessions one. */
const [leastJumpMs, mostJumpMs] = [6 * 60_000, 20 * 60_000]

function clockFaults({ site, random }: FaultPorts): Faults {
  const while_ = whileOf(random)
  const jump = async (sign: number) => {
    const one = random.of(site.nodes)
    await one.setClock(sign * (leastJumpMs + random.below(mostJumpMs - leastJumpMs)))
    await while_()
    await one.setClock(0)
  }
  return {
    'the clock of a node jumps forward, and back': () => jump(1),
    'the clock of a node jumps back, and forward': () => jump(-1),
  }
}

function diskFaults({ site, random, tell }: FaultPorts): Faults {
  const while_ = whileOf(random)
  return {
    'the disk of all nodes is full': async () => {
      if (!site.disk) return tell('left out: no disk can be mounted here')
      await site.disk.fill()
      await while_()
      await site.disk.free()
    },
  }
}

function redisFaults(ports: FaultPorts, redis: NonNullable<Servers['redis']>): Faults {
  const while_ = whileOf(ports.random)
  return {
    'Redis is frozen': async () => {
      await redis.freeze()
      await while_()
      redis.thaw()
    },
    'Redis is emptied': async () => {
      ports.forgets()
      await redis.command('FLUSHALL')
    },
    'Redis is slow': () => slowly(ports, 'redis', 50 + ports.random.below(500)),
  }
}

function postgresFaults(ports: FaultPorts, postgres: NonNullable<Servers['postgres']>): Faults {
  const { random, staleness, site } = ports
  const while_ = whileOf(random)
  const breaks = async (begin: () => Promise<void>, end: () => Promise<void>) => {
    // Nodes find it again one after the other.
    staleness.begin(site.nodes)
    await begin()
    await end()
    staleness.end(site.nodes)
  }
  return {
    'PostgreSQL is frozen': () =>
      breaks(postgres.freeze, async () => {
        await while_()
        postgres.thaw()
      }),
    'PostgreSQL is killed': () =>
      breaks(postgres.kill, async () => {
        await pause(random.below(500))
        await postgres.start()
      }),
    'PostgreSQL is slow': () => slowly(ports, 'postgres', 20 + random.below(150)),
  }
}

function fileFaults({ site, random }: FaultPorts): Faults {
  const while_ = whileOf(random)
  return {
    'the store is locked': async () => {
      const other = new DatabaseSync(join(site.folder, 'gatehouse.db'), { timeout: 10_000 })
      try {
        other.exec('BEGIN IMMEDIATE')
        await while_()
        other.exec('ROLLBACK')
      } finally {
        other.close()
      }
    },
  }
}

/** Everything takes longer for all nodes. */
async function slowly(
  { site, servers, random, staleness }: FaultPorts,
  server: keyof Ways,
  delayMs: number,
): Promise<void> {
  const ways = [...servers.ways.values()].map((way) => way[server])
  if (server === 'postgres') staleness.begin(site.nodes)
  for (const way of ways) way?.slow(delayMs)
  await whileOf(random)()
  for (const way of ways) way?.mend()
  if (server === 'postgres') staleness.end(site.nodes)
}

/** A node beyond that time has to refuse what it would answer from memory. */
const longCutMs = 9000

function cutFaults({ site, servers, random, staleness }: FaultPorts): Faults {
  const while_ = whileOf(random)
  const cut = async (which: readonly (keyof Ways)[], meanwhile: () => Promise<void>) => {
    const one = random.of(site.nodes)
    const ways = which.map((server) => servers.ways.get(one.name)?.[server])
    if (which.includes('postgres')) staleness.begin([one])
    for (const way of ways) (way satisfies Relay | undefined)?.cut()
    await meanwhile()
    for (const way of ways) way?.mend()
    if (which.includes('postgres')) staleness.end([one])
  }
  return {
    'a node is cut off from PostgreSQL': () => cut(['postgres'], while_),
    'a node is cut off from Redis': () => cut(['redis'], while_),
    'a node is cut off from the others': () => cut(['postgres', 'redis'], while_),
    'a node is cut off from the others for long': () =>
      cut(['postgres', 'redis'], () => pause(longCutMs)),
  }
}
