import { connect } from 'node:net'

/** A whole answer. */
export interface Reply {
  readonly status: number
  readonly body: string
}
/**
 * `unsent`: nobody took the connection, so that nothing can have happened. `lost`: there was no
 * answer, or 503, or a fault of the server, and what was asked may have been done.
 */
export type Outcome = Reply | 'unsent' | 'lost'

/** Sends one request over a connection of its own. */
export async function exchange(port: number, request: Buffer): Promise<Outcome> {
  const answer = await answerTo(port, request)
  if (typeof answer === 'string') return answer
  return answer.status >= 500 ? 'lost' : answer
}

/** As `exchange`, with what a fault of the server says. */
export function answerTo(
  port: number,
  request: Buffer,
): Promise<(Reply & { readonly head: string }) | 'unsent' | 'lost'> {
  const { promise, resolve } = Promise.withResolvers<Awaited<ReturnType<typeof answerTo>>>()
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  let isOpen = false
  let text = ''
  socket.once('connect', () => {
    isOpen = true
    socket.write(request)
  })
  socket.on('error', () => resolve(isOpen ? 'lost' : 'unsent'))
  socket.on('close', () => resolve('lost'))
  socket.on('data', (part) => {
    text += part.toString('latin1')
    const head = text.indexOf('\r\n\r\n')
    if (head < 0) return
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1])
    if (!(text.length - head - 4 >= length)) return
    const status = Number(text.slice(9, 12))
    const body = Buffer.from(text.slice(head + 4), 'latin1').toString('utf8')
    resolve({ status, head: text.slice(0, head), body })
    socket.destroy()
  })
  return promise
}
