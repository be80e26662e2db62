import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export interface Told {
  readonly status: number
  /** By name in lower case; of several only `set-cookie` keeps all. */
  readonly headers: ReadonlyMap<string, string>
  readonly cookies: readonly string[]
  readonly body: string
}

/**
 * A keep-alive connection that keeps cookies, for flows whose next request depends on the last
 * answer. Understands answers with a Content-Length only: a full client takes more CPU than the
 * servers that it measures.
 */
export class Conversation {
  readonly cookies = new Map<string, string>()
  readonly #socket: Socket
  readonly #host: string
  #kept: Buffer = Buffer.alloc(0)
  #waiting: PromiseWithResolvers<Told> | undefined

  private constructor(socket: Socket, host: string) {
    this.#socket = socket
    this.#host = host
    socket.on('data', (part) => this.#took(part))
    const ended = (error?: Error) => this.#waiting?.reject(error ?? new Error('hung up'))
    socket.on('error', ended)
    socket.on('end', ended)
  }

  static async open(port: number): Promise<Conversation> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect')
    return new Conversation(socket, `localhost:${port}`)
  }

  /** A path, or a whole address of which the path counts. */
  get(address: string): Promise<Told> {
    return this.#send(`GET ${pathOf(address)} HTTP/1.1\r\nHost: ${this.#host}\r\n`, '')
  }

  post(path: string, fields: Readonly<Record<string, string>>, authorization = ''): Promise<Told> {
    const body = new URLSearchParams(fields).toString()
    const authorized = authorization === '' ? '' : `Authorization: ${authorization}\r\n`
    const head =
      `POST ${path} HTTP/1.1\r\nHost: ${this.#host}\r\n${authorized}` +
      `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n`
    return this.#send(head, body)
  }

  end(): void {
    this.#socket.destroy()
  }

  #send(head: string, body: string): Promise<Told> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const cookies = cookie === '' ? '' : `Cookie: ${cookie}\r\n`
    this.#waiting = Promise.withResolvers<Told>()
    this.#socket.write(`${head}${cookies}\r\n${body}`)
    return this.#waiting.promise
  }

  #took(part: Buffer): void {
    const bytes = this.#kept.length > 0 ? Buffer.concat([this.#kept, part]) : part
    const told = parse(bytes)
    this.#kept = told ? Buffer.alloc(0) : bytes
    if (!told) return
    for (const line of told.cookies) this.#keep(line)
    this.#waiting?.resolve(told)
  }

  #keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    if (value === '') this.cookies.delete(name)
    else this.cookies.set(name, value)
  }
}

function pathOf(address: string): string {
  const url = new URL(address, 'http://localhost')
  return url.pathname + url.search
}

function parse(bytes: Buffer): Told | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n')
  const pairs = lines.map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
  })
  const headers = new Map(pairs)
  const length = headers.get('content-length')
  if (length === undefined) throw new Error(`an answer without a length: ${first}`)
  if (bytes.length < end + 4 + Number(length)) return undefined
  return {
    status: Number(first.split(' ')[1]),
    headers,
    cookies: pairs.flatMap(([name, value]) => (name === 'set-cookie' ? [value] : [])),
    body: bytes.toString('utf8', end + 4),
  }
}
