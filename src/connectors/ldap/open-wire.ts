import net from 'node:net'
import tls from 'node:tls'
import { NotLdap } from './ber.ts'
import { DirectoryTrouble } from './directory-trouble.ts'
import { type Exchange, readAnswer, startTlsExchange } from './messages.ts'
import type { Answer } from './read-message.ts'
import { LdapWire, LongMessage, messageEnd, tooLong } from './wire.ts'

export interface Server {
  readonly url: string
  readonly host: string
  readonly port: number
}

export interface Security {
  readonly mode: 'ldaps' | 'starttls' | 'cleartext-allowed'
  /** PEM; without it the system's certificate authorities are trusted. */
  readonly ca: string | undefined
  /** The name in the certificate, if it differs from the host of the URL. */
  readonly serverName: string | undefined
}

/**
 * Connects to `server`, secured as `security` says, or rejects; never falls back to a weaker mode.
 * `limit` bounds the whole operation. StartTLS is handled here, before anything else reads from the
 * socket, because plaintext bytes after its answer could otherwise pass for answers of the secured
 * directory.
 */
export async function openWire(
  server: Server,
  security: Security,
  limit: AbortSignal,
): Promise<LdapWire> {
  limit.throwIfAborted()
  const socket = net.connect({
    host: server.host,
    port: server.port,
    noDelay: true,
    keepAlive: true,
  })
  const abort = () => socket.destroy(new Error(`no connection ${ending(limit)}`))
  limit.addEventListener('abort', abort, { once: true })
  socket.on('error', () => {})
  try {
    await settled(socket, 'connect')
    if (security.mode === 'cleartext-allowed') return new LdapWire(socket)
    if (security.mode === 'starttls') await startTls(socket)
    const secured = tls.connect({
      socket,
      host: server.host,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      ...nameToCheck(security.serverName ?? server.host),
      ...(security.ca !== undefined && { ca: security.ca }),
    })
    secured.on('error', () => {})
    await settled(secured, 'secureConnect')
    return new LdapWire(secured)
  } catch (error) {
    socket.destroy()
    throw error
  } finally {
    limit.removeEventListener('abort', abort)
  }
}

/**
 * Checks the certificate against an IP address too, although an address is not sent as a server
 * name (RFC 6066, section 3).
 */
function nameToCheck(name: string): tls.ConnectionOptions {
  const checkServerIdentity = (_host: string, certificate: tls.PeerCertificate) =>
    tls.checkServerIdentity(name, certificate)
  return net.isIP(name) === 0 ? { servername: name, checkServerIdentity } : { checkServerIdentity }
}

async function startTls(socket: net.Socket): Promise<void> {
  const exchange = startTlsExchange(1)
  socket.write(exchange.request)
  const received: Buffer[] = []
  const take = (chunk: Buffer) => received.push(chunk)
  socket.on('data', take)
  try {
    for (;;) {
      await settled(socket, 'data')
      const bytes = Buffer.concat(received)
      const end = messageEnd(bytes)
      if (end === undefined || bytes.length < end) continue
      if (bytes.length > end)
        throw new NotLdap('more than the answer to StartTLS came in the clear')
      const { resultCode, diagnostic } = readAnswer(bytes, exchange)
      if (resultCode !== 0)
        throw new Error(`the directory refuses StartTLS (LDAP result ${resultCode}: ${diagnostic})`)
      socket.pause()
      return
    }
  } finally {
    socket.removeListener('data', take)
  }
}

/**
 * Sends one request and reads one answer, on a wire that nothing else reads. `limit` ends the
 * exchange and the wire.
 */
export async function exchangeOn(
  wire: LdapWire,
  exchange: Exchange,
  limit: AbortSignal,
): Promise<Answer> {
  limit.throwIfAborted()
  const abort = () => wire.destroy(new DirectoryTrouble(...noAnswer(limit)))
  limit.addEventListener('abort', abort, { once: true })
  try {
    const arriving = settled(wire, 'data')
    wire.resume()
    wire.write(exchange.request)
    const message = (await arriving) as Buffer | LongMessage
    if (message instanceof LongMessage) throw new NotLdap(tooLong)
    return readAnswer(message, exchange)
  } catch (error) {
    wire.destroy()
    throw error
  } finally {
    wire.pause()
    limit.removeEventListener('abort', abort)
  }
}

function noAnswer(limit: AbortSignal): ['no-answer' | 'given-up', string] {
  const when = ending(limit)
  return [when === 'in time' ? 'no-answer' : 'given-up', `no answer ${when}`]
}

function ending({ reason }: AbortSignal): 'in time' | 'before it was given up' {
  return reason instanceof Error && reason.name === 'TimeoutError'
    ? 'in time'
    : 'before it was given up'
}

/**
 * Resolves with the first argument of `event`; rejects with the stream's error, or when the stream
 * ends first.
 */
function settled(stream: net.Socket | LdapWire, event: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const done = () => {
      stream.removeListener(event, arrived)
      stream.removeListener('error', failed)
      stream.removeListener('close', closed)
      stream.removeListener('end', closed)
    }
    const arrived = (value: unknown) => {
      done()
      resolve(value)
    }
    const failed = (error: Error) => {
      done()
      reject(error)
    }
    const closed = () => {
      done()
      reject(stream.errored ?? new Error('the directory closed the connection'))
    }
    stream.on(event, arrived)
    stream.on('error', failed)
    stream.on('close', closed)
    stream.on('end', closed)
    if (stream.destroyed) closed()
  })
}
