import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { measure, NotLdap } from './ber.ts'

/** Larger than any entry that people's directories hold; smaller than what would hurt. */
const maxMessageBytes = 8 * 1024 * 1024

/**
 * A connected, secured socket that gives whole LDAP messages, one a chunk. What is not LDAP or is too long ends it:
 * the search library behind it parses leniently, and recurses once for each message of a chunk.
 */
export class LdapWire extends Duplex {
  /** What the search library asks of a socket that it is handed. */
  readonly connecting = false
  readonly readyState = 'open'
  readonly #socket: Socket
  #rest: Buffer[] = []
  #restBytes = 0
  #wantedBytes = 2

  constructor(socket: Socket) {
    super({ readableObjectMode: true, autoDestroy: true, emitClose: true })
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    socket.on('error', (error) => this.destroy(error))
    socket.on('end', () => this.destroy(new Error('the directory closed the connection')))
    socket.on('close', () => this.destroy(new Error('the directory closed the connection')))
    // An error that nobody waits for must not end the process.
    this.on('error', () => {})
    socket.resume()
  }

  override _read(): void {
    this.#socket.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, done)
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#rest = []
    this.#socket.destroy()
    done(error)
  }

  #take(chunk: Buffer): void {
    if (this.destroyed) return
    this.#rest.push(chunk)
    this.#restBytes += chunk.length
    // Joined only when a message is complete: a slow drip must not cost a copy each time.
    if (this.#restBytes < this.#wantedBytes) return
    let bytes = this.#rest.length === 1 ? chunk : Buffer.concat(this.#rest)
    try {
      for (;;) {
        const end = messageEnd(bytes)
        this.#wantedBytes = end ?? bytes.length + 1
        if (end === undefined || bytes.length < end) break
        if (!this.push(bytes.subarray(0, end))) this.#socket.pause()
        bytes = bytes.subarray(end)
      }
    } catch (error) {
      this.destroy(error as Error)
      return
    }
    this.#rest = bytes.length > 0 ? [bytes] : []
    this.#restBytes = bytes.length
  }
}

/** Where the first message of `bytes` ends; undefined while its length is not known. Throws NotLdap. */
export function messageEnd(bytes: Buffer): number | undefined {
  if (bytes.length > 0 && bytes[0] !== 0x30) throw new NotLdap('no message starts here')
  const size = measure(bytes)
  if (!size) return undefined
  if (size.length > maxMessageBytes) throw new NotLdap(`a message of over ${maxMessageBytes} bytes`)
  return size.header + size.length
}
