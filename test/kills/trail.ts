import { open } from 'node:fs/promises'

/** What is compared of the record of a write. */
export interface TrailLine {
  readonly eventID: string
  readonly eventName: string
  readonly requestID: string
  readonly errorCode?: string
  readonly requestParameters?: { readonly userName?: string } | null
}

/** Reads an audit file that grows, each line once. */
export interface GrowingTrail {
  /** The records that are new since the last call. */
  fresh(): Promise<readonly TrailLine[]>
  /** Lines that a kill has torn off: they are no records, and what they tell comes once more. */
  torn(): number
}

export function growingTrail(path: string): GrowingTrail {
  let at = 0
  let torn = 0
  return {
    async fresh() {
      await using file = await open(path)
      const { size } = await file.stat()
      const { buffer, bytesRead } = await file.read(Buffer.alloc(size - at), 0, size - at, at)
      // The rest is being written.
      const end = buffer.lastIndexOf(0x0a, bytesRead - 1) + 1
      at += end
      const lines: TrailLine[] = []
      for (const text of buffer.toString('utf8', 0, end).split('\n')) {
        if (text === '') continue
        try {
          lines.push(JSON.parse(text))
        } catch {
          torn++
        }
      }
      return lines
    },
    torn: () => torn,
  }
}
