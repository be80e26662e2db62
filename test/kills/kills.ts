import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { type GatehouseProcess, startGatehouse } from '../bench/gatehouse-process.ts'
import { bodyOf } from '../bench/load.ts'
import { type Signer, signedFor } from '../bench/signed-requests.ts'
import { nextWrite, type PlainUsers, type Write, withWrite } from './plain-users.ts'
import { type Random, randomFrom } from './random.ts'
import { storedUsers } from './stored-users.ts'
import { type GrowingTrail, growingTrail, type TrailLine } from './trail.ts'

/**
 * Kills a server under write load, again and again, on one embedded store. The seed gives writes
 * and moments, the machine's timing how they meet: one seed finds different things another day.
 * Writers do IAM writes over the wire, each on users of its own and one after the other; SIGKILL
 * comes after a random number of acknowledged writes and a random while, or during a start. After
 * each restart:
 * - the users are what the acknowledged writes made, and of each writer's last write, which nobody
 *   acknowledged, either all or nothing is there;
 * - the audit trail has one record for each acknowledged write, one for a last write that is there,
 *   none for one that is not, and none besides.
 */
export interface KillsOptions {
  readonly count: number
  readonly seed: number
  readonly tell?: (figures: KillFigures) => void
}
export interface KillFigures {
  readonly kills: number
  readonly acknowledged: number
  /** Writes that were under way at a kill: done, and not. */
  readonly doneUnanswered: number
  readonly undone: number
  readonly killedStarts: number
  readonly tornLines: number
  /** Lines that came a second time: after a kill at a bad moment they may (docs/operations.md). */
  readonly toldTwice: number
  /** Records that the trail had when the server was back; the others came from the store. */
  readonly recordsCameLate: number
  readonly findings: readonly string[]
}

const writerCount = 8
const mostWritesARound = 160
const mostPauseMs = 8
/** One start in so many is killed. */
const startsPerKilled = 8
const mostStartMs = 900
const patienceMs = 120_000
const admin: Signer = {
  accessKeyId: 'AKIAKILLSADMIN222222',
  secretAccessKey: 'killsSecret+killsSecret+killsSecret+2026',
}
const settings = `
accounts:
  "111122223333":
    rootAccessKeys:
      - { accessKeyId: ${admin.accessKeyId}, secretAccessKey: ${admin.secretAccessKey} }
`

interface Writer {
  readonly name: string
  serial: number
  users: PlainUsers
  /** Sent, and not answered. */
  underWay: Write | undefined
}

/** What the trail must still tell, and what it told. */
interface Book {
  readonly trail: GrowingTrail
  /** Writes whose record is missing, by the id of the request. */
  readonly due: Map<string, Write>
  /** Records of writes that no answer told the id of. */
  readonly unclaimed: TrailLine[]
  /** By the id of the request: the id of its event. */
  readonly told: Map<string, string>
}

type Figures = { -readonly [K in keyof KillFigures]: KillFigures[K] } & { findings: string[] }

/** Returns what was found; `findings` is empty when nothing was lost or invented. */
export async function killAgainAndAgain({ count, seed, tell }: KillsOptions): Promise<KillFigures> {
  const random = randomFrom(seed)
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-kills-'))
  const figures: Figures = {
    kills: 0,
    acknowledged: 0,
    doneUnanswered: 0,
    undone: 0,
    killedStarts: 0,
    tornLines: 0,
    toldTwice: 0,
    recordsCameLate: 0,
    findings: [],
  }
  const book: Book = {
    trail: growingTrail(join(folder, 'audit.jsonl')),
    due: new Map(),
    unclaimed: [],
    told: new Map(),
  }
  const writers = Array.from({ length: writerCount }, (_, at): Writer => {
    return { name: `w${at}`, serial: 0, users: new Map(), underWay: undefined }
  })
  try {
    let server = await startGatehouse(settings, { folder })
    while (figures.kills < count && figures.findings.length === 0) {
      try {
        await untilKilled(server, writers, { random, book, figures })
      } finally {
        await server[Symbol.asyncDispose]()
      }
      server = await startAgain(folder, random, figures)
      await compare(server, writers, { book, figures })
      figures.tornLines = book.trail.torn()
      tell?.(figures)
    }
    await server[Symbol.asyncDispose]()
    await readTrail(book, figures)
    refuseUnclaimed(book, figures)
    return figures
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Run {
  readonly random: Random
  readonly book: Book
  readonly figures: Figures
}

/** Lets the writers write until the server is killed among their writes. */
async function untilKilled(
  { port, pid }: GatehouseProcess,
  writers: readonly Writer[],
  { random, book, figures }: Run,
): Promise<void> {
  const killAfter = 1 + random.below(mostWritesARound)
  const pauseMs = random.below(mostPauseMs * 1000) / 1000
  let acknowledged = 0
  let killed = false
  const kill = async () => {
    await pause(pauseMs)
    killed = true
    process.kill(pid, 'SIGKILL')
  }
  let killing: Promise<void> | undefined
  const write = async (writer: Writer) => {
    for (;;) {
      const one = nextWrite(writer.users, `${writer.name}-${writer.serial++}`, random)
      const request = await signedFor('iam', port, admin, one.parameters)
      if (killed) return
      writer.underWay = one
      let answer: string
      try {
        answer = await bodyOf(port, request)
      } catch (error) {
        if (!killed) figures.findings.push(`${one.parameters.Action}: ${error}`)
        killing ??= kill()
        return
      }
      writer.underWay = undefined
      writer.users = withWrite(writer.users, one)
      book.due.set(/<RequestId>([^<]+)</.exec(answer)?.[1] ?? '', one)
      figures.acknowledged++
      if (++acknowledged === killAfter) killing ??= kill()
    }
  }
  await Promise.all(writers.map(write))
  await killing
  figures.kills++
}

/** Starts on what is there, after starts that were killed themselves. */
async function startAgain(folder: string, random: Random, figures: Figures) {
  while (random.below(startsPerKilled) === 0) {
    const afterMs = random.below(mostStartMs)
    let killing: Promise<void> | undefined
    let over = false
    const spawned = (pid: number) => {
      killing = pause(afterMs).then(() => void (over || process.kill(pid, 'SIGKILL')))
    }
    // A start that fails by itself is told by the next, which nobody kills.
    const started = await startGatehouse(settings, { folder, spawned }).catch(() => {
      over = true
    })
    // Until it is disposed of, its process id is nobody else's.
    await killing
    over = true
    await started?.[Symbol.asyncDispose]()
    figures.killedStarts++
  }
  return startGatehouse(settings, { folder })
}

/** Holds the users and the trail to what was acknowledged. */
async function compare(
  { port }: GatehouseProcess,
  writers: readonly Writer[],
  { book, figures }: Omit<Run, 'random'>,
): Promise<void> {
  await readTrail(book, figures)
  figures.recordsCameLate += book.due.size
  const stored = await storedUsers(async (parameters) =>
    bodyOf(port, await signedFor('iam', port, admin, parameters)),
  )
  const unanswered: Write[] = []
  const expected = new Map<string, unknown>()
  for (const writer of writers) {
    const one = writer.underWay
    writer.underWay = undefined
    const isDone = one && isDeepStrictEqual(stored.get(one.userName), one.after)
    if (one && isDone) {
      writer.users = withWrite(writer.users, one)
      unanswered.push(one)
    }
    if (one) figures[isDone ? 'doneUnanswered' : 'undone']++
    for (const [name, user] of writer.users) expected.set(name, user)
  }
  for (const name of new Set([...stored.keys(), ...expected.keys()]))
    if (!isDeepStrictEqual(stored.get(name), expected.get(name)))
      figures.findings.push(
        `user ${name} is ${told(stored.get(name))}, not ${told(expected.get(name))}`,
      )
  await untilTold(unanswered, book, figures)
  refuseUnclaimed(book, figures)
}

/** Waits for the records of all writes that are there. */
async function untilTold(unanswered: Write[], book: Book, figures: Figures): Promise<void> {
  const until = performance.now() + patienceMs
  for (;;) {
    await readTrail(book, figures)
    for (const one of [...unanswered]) {
      const at = book.unclaimed.findIndex((line) => isOf(line, one))
      if (at < 0) continue
      book.unclaimed.splice(at, 1)
      unanswered.splice(unanswered.indexOf(one), 1)
    }
    if (book.due.size === 0 && unanswered.length === 0) return
    if (performance.now() > until) break
    await pause(20)
  }
  for (const one of [...book.due.values(), ...unanswered])
    figures.findings.push(`no record of ${one.parameters.Action} of ${one.userName}`)
}

const isOf = ({ eventName, requestParameters }: TrailLine, { parameters, userName }: Write) =>
  eventName === parameters.Action && requestParameters?.userName === userName

/** Takes what is new in the trail. */
async function readTrail({ trail, due, told, unclaimed }: Book, figures: Figures): Promise<void> {
  for (const line of await trail.fresh()) {
    const { eventID, eventName, requestID, errorCode } = line
    if (!/^(Create|Delete|Tag|Untag|Put)/.test(eventName)) continue
    if (errorCode !== undefined) {
      figures.findings.push(`${eventName} was refused: ${errorCode}`)
      continue
    }
    const before = told.get(requestID)
    if (before === eventID) {
      figures.toldTwice++
      continue
    }
    if (before) figures.findings.push(`two events of ${eventName} ${requestID}`)
    told.set(requestID, eventID)
    const one = due.get(requestID)
    due.delete(requestID)
    if (!one) unclaimed.push(line)
    else if (!isOf(line, one)) figures.findings.push(`${requestID} is told as ${eventName}`)
  }
}

function refuseUnclaimed(book: Book, figures: Figures): void {
  for (const { eventName, requestParameters } of book.unclaimed.splice(0))
    figures.findings.push(`a record of ${eventName} of ${requestParameters?.userName}, not there`)
}

const told = (user: unknown) =>
  user === undefined
    ? 'not there'
    : JSON.stringify(user, (_, value) => (value instanceof Map ? [...value] : value))
