import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/**
 * A way to a server of this machine that can be cut or slowed, as a network can: for what connects
 * through it the server stands still or is slow, while others reach it.
 */
export interface Relay extends AsyncDisposable {
  readonly port: number
  /**
   * Forwards nothing from now on, in either direction: connections stay open, new ones are
   * accepted, and nobody answers. What was sent arrives after `mend`, as it does once a network
   * is back.
   */
  cut(): void
  /** Delivers everything so many milliseconds later, in either direction. */
  slow(ms: number): void
  /** Forwards at once again. */
  mend(): void
  /** How many connections there are. */
  connections(): number
}

/** One direction keeps so much; then its sender has to wait. */
const mostWaitingBytes = 1 << 20

interface State {
  isCut: boolean
  delayMs: number
  /** Called when either changes. */
  readonly changed: Set<() => void>
}

/** Listens on loopback, on a port of its own, and forwards to `port`. */
export async function openRelay(port: number): Promise<Relay> {
  const state: State = { isCut: false, delayMs: 0, changed: new Set() }
  const sockets = new Set<Socket>()
  const server = createServer((from) => {
    const to = connect({ port, host: '127.0.0.1', noDelay: true })
    from.setNoDelay(true)
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
      forward(one, other, state)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const set = (isCut: boolean, delayMs: number) => {
    Object.assign(state, { isCut, delayMs })
    for (const look of state.changed) look()
  }
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => set(true, 0),
    slow: (ms) => set(false, ms),
    mend: () => set(false, 0),
    connections: () => sockets.size / 2,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Keeps what comes from `from` until it is due, and then gives it to `to`. */
function forward(from: Socket, to: Socket, state: State): void {
  let waiting: { readonly part: Buffer; readonly at: number }[] = []
  let bytes = 0
  let timer: NodeJS.Timeout | undefined
  const look = () => {
    clearTimeout(timer)
    if (state.isCut) return
    const now = performance.now()
    const isDue = ({ at }: { readonly at: number }) => at + state.delayMs <= now + 0.5
    const due = waiting.findIndex((one) => !isDue(one))
    for (const { part } of due < 0 ? waiting : waiting.slice(0, due)) {
      bytes -= part.length
      if (!to.destroyed) to.write(part)
    }
    waiting = due < 0 ? [] : waiting.slice(due)
    if (bytes < mostWaitingBytes) from.resume()
    const [next] = waiting
    if (next) timer = setTimeout(look, next.at + state.delayMs - now)
  }
  from.on('data', (part) => {
    waiting.push({ part, at: performance.now() })
    bytes += part.length
    if (bytes >= mostWaitingBytes) from.pause()
    look()
  })
  state.changed.add(look)
  from.on('close', () => {
    state.changed.delete(look)
    clearTimeout(timer)
  })
}
