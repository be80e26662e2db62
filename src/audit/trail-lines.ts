import { createReadStream } from 'node:fs'

/** A line of a file, and where it begins. */
export interface TrailLine {
  readonly text: string
  readonly offset: number
}

interface Part {
  readonly start?: number | undefined
  readonly end?: number | undefined
}

const newline = 0x0a
/** An event has a sixteenth of it at most; what is longer is no line of a trail. */
const mostBytes = 4 * 1024 * 1024

/**
 * Reads a file of any size, and yields its lines that contain `marker`. Reads only what is from
 * `start` on, where a line begins, and before `end`.
 */
export async function* linesWith(
  file: string,
  marker: string,
  { start = 0, end = Number.POSITIVE_INFINITY }: Part = {},
): AsyncGenerator<TrailLine> {
  if (end <= start) return
  const wanted = Buffer.from(marker)
  let rest: Buffer = Buffer.alloc(0)
  /** Of `rest`. */
  let offset = start
  const read = { highWaterMark: 1024 * 1024, start, end: end - 1 }
  for await (const part of createReadStream(file, read)) {
    const bytes = Buffer.concat([rest, part as Buffer])
    const whole = bytes.lastIndexOf(newline) + 1
    yield* linesIn(bytes.subarray(0, whole), wanted, offset)
    const isLine = bytes.length - whole <= mostBytes
    rest = isLine ? bytes.subarray(whole) : Buffer.alloc(0)
    offset += isLine ? whole : bytes.length
  }
  yield* linesIn(rest, wanted, offset)
}

function* linesIn(bytes: Buffer, wanted: Buffer, offset: number): Generator<TrailLine> {
  for (let from = 0; ; ) {
    const at = bytes.indexOf(wanted, from)
    if (at < 0) return
    const start = bytes.lastIndexOf(newline, at) + 1
    const found = bytes.indexOf(newline, at)
    const end = found < 0 ? bytes.length : found
    yield { text: bytes.toString('utf8', start, end), offset: offset + start }
    from = end
  }
}
