import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { measure, NotLdap } from './ber.ts'
import { type Head, headBytes, readHead } from './read-message.ts'

/** Larger than any entry in a directory of people, yet small enough to buffer. */
const maxMessageBytes = 8 * 1024 * 1024
export const tooLong = `a message of over ${maxMessageBytes} bytes`

/** Stands for a message that is too long: its bytes are skipped, not kept. */
export class LongMessage {
  readonly head: Head

  constructor(head: Head) {
    this.head = head
  }
}

/**
 * A connected, secured socket that emits whole LDAP messages, one per chunk: a Buffer, or a
 * LongMessage as soon as its head has arrived. Data that is not LDAP ends it.
 */
export class LdapWire extends Duplex {
  readonly #socket: Socket
  #rest: Buffer[] = []
  #restBytes = 0
  #wantedBytes = 2
  /** Bytes that remain of a message that is too long. */
  #skipBytes = 0

  constructor(socket: Socket) {
    super({ readableObjectMode: true, autoDestroy: true, emitClose: true })
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    socket.on('error', (error) => this.destroy(error))
    socket.on('end', () => this.destroy(new Error('the directory closed the connection')))
    socket.on('close', () => this.destroy(new Error('the directory closed the connection')))
    // An error without another listener must not end the process.
    this.on('error', () => {})
    socket.resume()
  }

  override _read(): void {
    this.#socket.resume()
  }

  override _write(
    chunk: Buffer,
    _encoding: BufferEncoding,
    done: (error?: Error | null) => void,
  ): void {
    this.#socket.write(chunk, done)
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#rest = []
    this.#socket.destroy()
    done(error)
  }

  #take(received: Buffer): void {
    if (this.destroyed) return
    const chunk = received.subarray(this.#skipBytes)
    this.#skipBytes -= received.length - chunk.length
    if (chunk.length === 0) return
    this.#rest.push(chunk)
    this.#restBytes += chunk.length
    // Join chunks only when a message is complete, so that a slow sender does not cost a copy per
    // chunk.
    if (this.#restBytes < this.#wantedBytes) return
    let bytes = this.#rest.length === 1 ? chunk : Buffer.concat(this.#rest)
    try {
      for (;;) {
        const end = anyMessageEnd(bytes)
        const isLong = end !== undefined && end > maxMessageBytes
        this.#wantedBytes = isLong ? headBytes : (end ?? bytes.length + 1)
        if (end === undefined || bytes.length < this.#wantedBytes) break
        const message = isLong ? new LongMessage(readHead(bytes)) : bytes.subarray(0, end)
        if (!this.push(message)) this.#socket.pause()
        this.#skipBytes = Math.max(0, end - bytes.length)
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

/**
 * Returns where the first message of `bytes` ends; undefined while its length is not known. Throws
 * NotLdap, also for a message that is too long.
 */
export function messageEnd(bytes: Buffer): number | undefined {
  const end = anyMessageEnd(bytes)
  if (end !== undefined && end > maxMessageBytes) throw new NotLdap(tooLong)
  return end
}

function anyMessageEnd(bytes: Buffer): number | undefined {
  if (bytes.length > 0 && bytes[0] !== 0x30) throw new NotLdap('no message starts here')
  const size = measure(bytes)
  return size && size.header + size.length
}
