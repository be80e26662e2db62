import { buffer } from 'node:stream/consumers'

let read: Promise<Buffer> | undefined

/** Returns the whole standard input, which can be read once: each later call returns the same. */
export function standardInput(): Promise<Buffer> {
  read ??= buffer(process.stdin)
  return read
}
