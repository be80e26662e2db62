import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { copyFile, mkdir, open, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { FileIndex } from '../../src/audit/index/file-index.ts'
import { hashOf, headOf } from '../../src/audit/index/index-reader.ts'
import { normalToken } from '../../src/audit/index/terms.ts'
import { account } from './grown-store.ts'

/** About as many as a file has that is rotated at the usual size. */
const eventsInFile = 200_000
const spanMs = 90 * 86_400_000

/**
 * Puts many events before those of a trail, as like them as events are like each other, over 90
 * days; indexed. More than a file has stand in rotated files: the newest of those is written and
 * indexed as the server does it; the others are it, with other times and ids in the same places, so
 * that ten million take minutes.
 */
export async function growTrail(
  trail: string,
  events: number,
  told: (what: string) => void,
): Promise<void> {
  const samples = await samplesIn(trail)
  const ended = Date.now() - 60_000
  const files = Math.ceil(events / eventsInFile)
  const each = Math.floor(events / files)
  const stepMs = spanMs / events
  const startOf = (file: number) => ended - (files - file) * each * stepMs
  const folder = `${trail}.index`
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const first = files === 1 ? `${trail}.grown` : rotatedName(trail, ended)
  await writeEvents(first, { samples, each, from: startOf(files - 1), stepMs, file: files - 1 })
  if (files === 1) {
    const lines = samples.map((sample) => `${JSON.stringify(sample)}\n`)
    await writeFile(first, lines.join(''), { flag: 'a' })
    await rename(first, trail)
    await indexed(trail, folder)
    return
  }
  await indexed(trail, folder)
  const database = await indexed(first, folder)
  const places = placesIn(await readFile(first))
  for (let file = files - 2; file >= 0; file--) {
    if (file % 10 === 0) told(`${file + 1} of ${files} files are left`)
    const path = rotatedName(trail, startOf(file + 1))
    const times = { from: startOf(file), stepMs }
    await writeFile(path, patched(places, file, times), { mode: 0o600 })
    const copy = join(folder, `${(await stat(path)).ino}.db`)
    await copyFile(database, copy)
    indexPatched(copy, await headIn(path), { places, file, ...times })
  }
}

async function samplesIn(trail: string): Promise<readonly Sample[]> {
  const samples: Sample[] = []
  for await (const line of createInterface(createReadStream(trail)))
    samples.push(JSON.parse(line) as Sample)
  return samples
}

type Sample = Readonly<Record<string, unknown>>
interface Times {
  readonly from: number
  readonly stepMs: number
}

function rotatedName(trail: string, at: number): string {
  const time = new Date(at).toISOString().replace(/[-:.]/g, '')
  return join(dirname(trail), `audit-${time}-1-000001.jsonl`)
}

interface Written extends Times {
  readonly samples: readonly Sample[]
  readonly each: number
  readonly file: number
}

async function writeEvents(path: string, { samples, each, file, ...times }: Written) {
  const out = createWriteStream(path, { mode: 0o600 })
  for (let at = 0; at < each; ) {
    let piece = ''
    for (const until = Math.min(each, at + 1000); at < until; at++)
      piece += `${JSON.stringify(another(samples[at % samples.length]!, at, file, times))}\n`
    if (!out.write(piece)) await once(out, 'drain')
  }
  out.end()
  await once(out, 'close')
}

/** Two digits for the file, six for the event. */
const idOf = (file: number, at: number, last: number) =>
  `${hex(file, 2)}${hex(at, 6)}-0000-400${last}-8000-000000000000`
const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')
const timeOf = ({ from, stepMs }: Times, at: number) => Math.floor((from + at * stepMs) / 1000)
const timeText = (seconds: number) => new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z')

/** An event of one user of many, with an id of its own. */
function another(sample: Sample, at: number, file: number, times: Times) {
  const userName = `user-${at % 100_000}`
  const arn = `arn:aws:iam::${account}:user/${userName}`
  return {
    ...sample,
    eventID: idOf(file, at, 0),
    requestID: idOf(file, at, 1),
    eventTime: timeText(timeOf(times, at)),
    sourceIPAddress: `10.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}`,
    userIdentity: { ...(sample.userIdentity as object), type: 'IAMUser', arn, userName },
  }
}

/** Indexes a file; returns the path of its index. */
async function indexed(path: string, folder: string): Promise<string> {
  const database = join(folder, `${(await stat(path)).ino}.db`)
  const index = new FileIndex(path, database)
  while (index.readMore() > 0);
  index.close()
  return database
}

/** Where ids and times stand in each line of a file. */
interface Places {
  readonly bytes: Buffer
  readonly ids: readonly number[]
  readonly requests: readonly number[]
  readonly times: readonly number[]
}

function placesIn(bytes: Buffer): Places {
  const all = (name: string) => {
    const found: number[] = []
    const text = `,"${name}":"`
    for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1))
      found.push(at + text.length)
    return found
  }
  const places = { ids: all('eventID'), requests: all('requestID'), times: all('eventTime') }
  const many = new Set(Object.values(places).map(({ length }) => length))
  if (many.size !== 1) throw new Error('an event has an id or a time more than once')
  return { bytes, ...places }
}

function patched({ bytes, ids, requests, times }: Places, file: number, of: Times): Buffer {
  const prefix = hex(file, 2)
  for (const [at, place] of times.entries()) {
    bytes.write(timeText(timeOf(of, at)), place, 'latin1')
    bytes.write(prefix, ids[at]!, 'latin1')
    bytes.write(prefix, requests[at]!, 'latin1')
  }
  return bytes
}

async function headIn(path: string): Promise<string> {
  const file = await open(path)
  try {
    return headOf(file.fd, 512)
  } finally {
    await file.close()
  }
}

interface Indexing extends Times {
  readonly places: Places
  readonly file: number
}

/** Makes the index of the first file that of another: everything but times and ids is alike. */
function indexPatched(database: string, head: string, { places, file, ...times }: Indexing): void {
  const db = new DatabaseSync(database)
  try {
    db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN')
    db.prepare("UPDATE meta SET value = ? WHERE key = 'head'").run(head)
    db.exec('DROP INDEX event_time; DELETE FROM token')
    const shift = db.prepare('UPDATE event SET time = ? WHERE id = ?')
    const rows: [hash: number, event: number][] = []
    for (const at of places.ids.keys()) {
      shift.run(timeOf(times, at) * 1000, at + 1)
      for (const last of [0, 1]) rows.push([hashOf(normalToken(idOf(file, at, last))), at + 1])
    }
    const add = db.prepare('INSERT OR IGNORE INTO token (hash, event) VALUES (?, ?)')
    for (const row of rows.sort(([one], [other]) => one - other)) add.run(...row)
    db.exec('CREATE INDEX event_time ON event (time); COMMIT; PRAGMA journal_mode = WAL')
  } finally {
    db.close()
  }
}
